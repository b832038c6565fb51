"""What is for sale, where it is on sale, and under which address. Names and descriptions stand among the texts."""

from tortoise import fields
from tortoise.models import Model


class Product(Model):
    """`attributes` maps an attribute's code to its value, but for texts: true, "2026-01-31", "1.25", a choice's code, a
    global id's UUID. `options` names the variants' options in their order. `approval`: approved, waiting or refused.
    `external_id` is the supplier's own name for it.
    """

    id = fields.UUIDField(primary_key=True)
    slug = fields.CharField(max_length=200, unique=True)
    product_type: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "hanse.ProductType", null=True, db_index=True, on_delete=fields.RESTRICT
    )
    category: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.Category", db_index=True, on_delete=fields.RESTRICT
    )
    supplier: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("hanse.Supplier", on_delete=fields.RESTRICT)
    attributes: dict[str, object] = fields.JSONField(db_default="{}")
    options: list[str] = fields.JSONField(db_default="[]")
    tags: list[str] = fields.JSONField(db_default="[]")
    approval = fields.CharField(max_length=10, db_default="approved")
    approval_note = fields.TextField(null=True)
    external_id = fields.CharField(max_length=120, null=True)
    version = fields.IntField(db_default=1)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "product"
        unique_together = (("supplier", "external_id"),)


class Variant(Model):
    """`options` maps option names to values, for example `{"size": "M", "colour": "navy"}`."""

    id = fields.UUIDField(primary_key=True)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField(
        "hanse.Product", db_index=True, on_delete=fields.CASCADE
    )
    sku = fields.CharField(max_length=80, unique=True)
    options: dict[str, str] = fields.JSONField()
    position = fields.IntField(default=0)
    barcode = fields.CharField(max_length=60, null=True)
    weight_grams = fields.IntField(null=True)
    media: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "hanse.Media", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "variant"


class Publication(Model):
    """What becomes of a product in one channel: draft, scheduled (live from `live_from` on), live or archived."""

    id = fields.UUIDField(primary_key=True)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("hanse.Product", on_delete=fields.CASCADE)
    channel = fields.CharField(max_length=60)
    status = fields.CharField(max_length=10)
    live_from = fields.DatetimeField(null=True)

    class Meta:
        table = "publication"
        unique_together = (("product", "channel"),)


class FormerSlug(Model):
    """Where a product or category (`owner_kind`) was found before: links to it go on working."""

    id = fields.UUIDField(primary_key=True)
    owner_kind = fields.CharField(max_length=10)
    owner_id = fields.UUIDField(db_index=True)
    slug = fields.CharField(max_length=200)
    until = fields.DatetimeField()

    class Meta:
        table = "former_slug"
        unique_together = (("owner_kind", "slug"),)
