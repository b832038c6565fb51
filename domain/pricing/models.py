"""What things cost."""

from tortoise import fields
from tortoise.models import Model


class Price(Model):
    """The list price of a variant in one currency, in minor units.

    `compare_at_minor` is a former or recommended price, shown struck out.
    """

    id = fields.UUIDField(primary_key=True)
    variant: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("hanse.Variant", on_delete=fields.CASCADE)
    currency = fields.CharField(max_length=3)
    minor = fields.BigIntField()
    compare_at_minor = fields.BigIntField(null=True)

    class Meta:
        table = "price"
        unique_together = (("variant", "currency"),)
