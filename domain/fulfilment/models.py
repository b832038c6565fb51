"""Parcels on their way."""

from tortoise import fields
from tortoise.models import Model


class Shipment(Model):
    id = fields.UUIDField(primary_key=True)
    order: fields.OneToOneRelation[Model] = fields.OneToOneField("hanse.Order", on_delete=fields.RESTRICT)
    carrier = fields.CharField(max_length=60)
    tracking_number = fields.CharField(max_length=120)
    shipped_at = fields.DatetimeField()
    delivered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "shipment"
