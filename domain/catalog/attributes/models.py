"""What may be said of products of a type beyond name and description."""

from tortoise import fields
from tortoise.models import Model


class ProductType(Model):
    id = fields.UUIDField(primary_key=True)
    code = fields.CharField(max_length=60, unique=True)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField()

    class Meta:
        table = "product_type"


class Attribute(Model):
    """`kind`: text, number, boolean, choice, date or reference. `unit` is that of numbers (UCUM, for example kg or cm);
    `refers_to` what a reference points at: product, category or supplier.
    """

    id = fields.UUIDField(primary_key=True)
    code = fields.CharField(max_length=60, unique=True)
    kind = fields.CharField(max_length=12)
    unit = fields.CharField(max_length=20, null=True)
    refers_to = fields.CharField(max_length=12, null=True)
    is_filterable = fields.BooleanField(default=True)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField()

    class Meta:
        table = "attribute"


class AttributeChoice(Model):
    id = fields.UUIDField(primary_key=True)
    attribute: fields.ForeignKeyRelation[Attribute] = fields.ForeignKeyField(
        "hanse.Attribute", on_delete=fields.CASCADE
    )
    code = fields.CharField(max_length=60)
    position = fields.IntField(default=0)

    class Meta:
        table = "attribute_choice"
        unique_together = (("attribute", "code"),)


class TypeAttribute(Model):
    """That products of a type have an attribute."""

    id = fields.UUIDField(primary_key=True)
    product_type: fields.ForeignKeyRelation[ProductType] = fields.ForeignKeyField(
        "hanse.ProductType", on_delete=fields.CASCADE
    )
    attribute: fields.ForeignKeyRelation[Attribute] = fields.ForeignKeyField(
        "hanse.Attribute", db_index=True, on_delete=fields.RESTRICT
    )
    is_required = fields.BooleanField(default=False)
    position = fields.IntField(default=0)

    class Meta:
        table = "type_attribute"
        unique_together = (("product_type", "attribute"),)
