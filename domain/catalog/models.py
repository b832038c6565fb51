"""What is for sale."""

from tortoise import fields
from tortoise.models import Model


class Category(Model):
    id = fields.UUIDField(primary_key=True)
    slug = fields.CharField(max_length=120, unique=True)
    parent: fields.ForeignKeyNullableRelation["Category"] = fields.ForeignKeyField(
        "hanse.Category", null=True, on_delete=fields.RESTRICT
    )
    position = fields.IntField(default=0)

    class Meta:
        table = "category"


class CategoryTranslation(Model):
    id = fields.UUIDField(primary_key=True)
    category: fields.ForeignKeyRelation[Category] = fields.ForeignKeyField("hanse.Category", on_delete=fields.CASCADE)
    language = fields.CharField(max_length=20)
    name = fields.CharField(max_length=200)

    class Meta:
        table = "category_translation"
        unique_together = (("category", "language"),)


class Product(Model):
    id = fields.UUIDField(primary_key=True)
    slug = fields.CharField(max_length=200, unique=True)
    category: fields.ForeignKeyRelation[Category] = fields.ForeignKeyField(
        "hanse.Category", db_index=True, on_delete=fields.RESTRICT
    )
    supplier: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.Supplier", db_index=True, on_delete=fields.RESTRICT
    )
    status = fields.CharField(max_length=20, default="live")
    external_id = fields.CharField(max_length=120, null=True, unique=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "product"


class ProductTranslation(Model):
    id = fields.UUIDField(primary_key=True)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("hanse.Product", on_delete=fields.CASCADE)
    language = fields.CharField(max_length=20)
    name = fields.CharField(max_length=300)
    description = fields.TextField()

    class Meta:
        table = "product_translation"
        unique_together = (("product", "language"),)


class Variant(Model):
    """`options` maps option names to values, for example `{"size": "M", "colour": "navy"}`."""

    id = fields.UUIDField(primary_key=True)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField(
        "hanse.Product", db_index=True, on_delete=fields.CASCADE
    )
    sku = fields.CharField(max_length=80, unique=True)
    options: dict[str, str] = fields.JSONField()
    position = fields.IntField(default=0)

    class Meta:
        table = "variant"


class ProductListing(Model):
    """The read model of lists: one row per live product, with all that a list shows, filters and sorts by.

    The foreign key stands in a migration: Tortoise takes a relation that is the primary key for changed, always.
    `names` maps language to name; `prices` maps currency to the lowest price in minor units; `sold` counts units.
    """

    product_id = fields.UUIDField(primary_key=True)
    slug = fields.CharField(max_length=200)
    category_id = fields.UUIDField(db_index=True)
    supplier_id = fields.UUIDField(db_index=True)
    names: dict[str, str] = fields.JSONField()
    prices: dict[str, int] = fields.JSONField()
    sold = fields.IntField(default=0)
    created_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "product_listing"
