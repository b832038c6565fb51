"""Address books."""

from tortoise import fields
from tortoise.models import Model


class AddressEntry(Model):
    """One address of a person's book. `sealed` is the address as JSON."""

    id = fields.UUIDField(primary_key=True)
    user: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    sealed = fields.TextField()
    country = fields.CharField(max_length=2)
    is_default_delivery = fields.BooleanField(default=False)
    is_default_billing = fields.BooleanField(default=False)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "address_entry"
