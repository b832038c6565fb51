"""Where goods are, who has a claim on them, and every change of either."""

from tortoise import fields
from tortoise.models import Model


class Warehouse(Model):
    id = fields.UUIDField(primary_key=True)
    code = fields.CharField(max_length=30, unique=True)
    name = fields.CharField(max_length=120)
    country = fields.CharField(max_length=2)
    position = fields.IntField(default=0)
    version = fields.IntField(db_default=1)

    class Meta:
        table = "warehouse"


class ChannelWarehouse(Model):
    """That a channel sells what lies in a warehouse; lower `position` is asked first."""

    id = fields.UUIDField(primary_key=True)
    channel = fields.CharField(max_length=60)
    warehouse: fields.ForeignKeyRelation[Warehouse] = fields.ForeignKeyField(
        "hanse.Warehouse", db_index=True, on_delete=fields.CASCADE
    )
    position = fields.IntField(default=0)

    class Meta:
        table = "channel_warehouse"
        unique_together = (("channel", "warehouse"),)


class StockLevel(Model):
    """Available = `on_hand` - `reserved` - `safety` + `backorder_limit`, and never below zero.

    `safety` units are held back from sale; `backorder_limit` units may be sold that are not there yet. `incoming` are on
    their way. At `low_at` available units or fewer the level counts as low; null never does. `version` is that of these
    rules: counters change with every sale.
    """

    id = fields.UUIDField(primary_key=True)
    variant: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("hanse.Variant", on_delete=fields.RESTRICT)
    warehouse: fields.ForeignKeyRelation[Warehouse] = fields.ForeignKeyField(
        "hanse.Warehouse", db_index=True, on_delete=fields.RESTRICT
    )
    on_hand = fields.BigIntField()
    reserved = fields.BigIntField(default=0)
    incoming = fields.BigIntField(db_default=0)
    safety = fields.BigIntField(db_default=0)
    backorder_limit = fields.BigIntField(db_default=0)
    low_at = fields.BigIntField(null=True)
    version = fields.IntField(db_default=1)

    class Meta:
        table = "stock_level"
        unique_together = (("variant", "warehouse"),)


class Reservation(Model):
    """A claim of `owner_id` (an order, or until `expires_at` a cart) on goods in one warehouse.

    State: held, released or shipped.
    """

    id = fields.UUIDField(primary_key=True)
    owner_id = fields.UUIDField(db_index=True)
    level: fields.ForeignKeyRelation[StockLevel] = fields.ForeignKeyField(
        "hanse.StockLevel", db_index=True, on_delete=fields.RESTRICT
    )
    quantity = fields.BigIntField()
    state = fields.CharField(max_length=10, default="held")
    expires_at = fields.DatetimeField(null=True)

    class Meta:
        table = "reservation"


class StockMovement(Model):
    """The movements of a level sum to it, always.

    Kinds: receipt, reserve, release, ship, return, count, adjust, expect, send, arrive, cancel. `reference` is the order,
    cart, transfer or import that it belongs to; `reason` is what somebody gave.
    """

    id = fields.UUIDField(primary_key=True)
    level: fields.ForeignKeyRelation[StockLevel] = fields.ForeignKeyField(
        "hanse.StockLevel", db_index=True, on_delete=fields.RESTRICT
    )
    kind = fields.CharField(max_length=12)
    on_hand_delta = fields.BigIntField()
    reserved_delta = fields.BigIntField()
    incoming_delta = fields.BigIntField(db_default=0)
    reference = fields.UUIDField(null=True)
    reason = fields.CharField(max_length=200, null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "stock_movement"


class StockTransfer(Model):
    """State: sent, received or cancelled."""

    id = fields.UUIDField(primary_key=True)
    source: fields.ForeignKeyRelation[Warehouse] = fields.ForeignKeyField(
        "hanse.Warehouse", related_name="transfers_out", on_delete=fields.RESTRICT
    )
    destination: fields.ForeignKeyRelation[Warehouse] = fields.ForeignKeyField(
        "hanse.Warehouse", related_name="transfers_in", on_delete=fields.RESTRICT
    )
    state = fields.CharField(max_length=10)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "stock_transfer"


class StockTransferLine(Model):
    id = fields.UUIDField(primary_key=True)
    transfer: fields.ForeignKeyRelation[StockTransfer] = fields.ForeignKeyField(
        "hanse.StockTransfer", on_delete=fields.CASCADE
    )
    variant: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("hanse.Variant", on_delete=fields.RESTRICT)
    quantity = fields.BigIntField()
    received = fields.BigIntField(default=0)

    class Meta:
        table = "stock_transfer_line"
        unique_together = (("transfer", "variant"),)
