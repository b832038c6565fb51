"""Where goods are, who has a claim on them, and every change of either."""

from tortoise import fields
from tortoise.models import Model


class Warehouse(Model):
    id = fields.UUIDField(primary_key=True)
    code = fields.CharField(max_length=30, unique=True)
    name = fields.CharField(max_length=120)
    country = fields.CharField(max_length=2)
    position = fields.IntField(default=0)

    class Meta:
        table = "warehouse"


class StockLevel(Model):
    """Available = `on_hand` - `reserved`; the database refuses both below zero and reserved above on hand."""

    id = fields.UUIDField(primary_key=True)
    variant: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("hanse.Variant", on_delete=fields.RESTRICT)
    warehouse: fields.ForeignKeyRelation[Warehouse] = fields.ForeignKeyField(
        "hanse.Warehouse", on_delete=fields.RESTRICT
    )
    on_hand = fields.BigIntField()
    reserved = fields.BigIntField(default=0)

    class Meta:
        table = "stock_level"
        unique_together = (("variant", "warehouse"),)


class Reservation(Model):
    """A claim of `owner_id` (an order) on goods in one warehouse. State: held, released or shipped."""

    id = fields.UUIDField(primary_key=True)
    owner_id = fields.UUIDField(db_index=True)
    level: fields.ForeignKeyRelation[StockLevel] = fields.ForeignKeyField(
        "hanse.StockLevel", db_index=True, on_delete=fields.RESTRICT
    )
    quantity = fields.BigIntField()
    state = fields.CharField(max_length=10, default="held")

    class Meta:
        table = "reservation"


class StockMovement(Model):
    """The movements of a level sum to it, always. Kinds: receipt, reserve, release, ship, return."""

    id = fields.UUIDField(primary_key=True)
    level: fields.ForeignKeyRelation[StockLevel] = fields.ForeignKeyField(
        "hanse.StockLevel", db_index=True, on_delete=fields.RESTRICT
    )
    kind = fields.CharField(max_length=12)
    on_hand_delta = fields.BigIntField()
    reserved_delta = fields.BigIntField()
    reference = fields.UUIDField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "stock_movement"
