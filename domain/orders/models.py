"""What was bought, at the price and under the name of that moment."""

from tortoise import fields
from tortoise.models import Model


class Order(Model):
    """`version` grows by one with every change; `source` is shop, demo or import. Amounts are minor units.

    `address_sealed` lies under the buyer's own key (domain/identity/personal.py); null where no address is known.
    """

    id = fields.UUIDField(primary_key=True)
    number = fields.BigIntField(unique=True)
    buyer: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("hanse.User", on_delete=fields.RESTRICT)
    cart: fields.OneToOneNullableRelation[Model] = fields.OneToOneField(
        "hanse.Cart", null=True, on_delete=fields.SET_NULL
    )
    state = fields.CharField(max_length=12)
    version = fields.IntField(default=1)
    currency = fields.CharField(max_length=3)
    total_minor = fields.BigIntField()
    country = fields.CharField(max_length=2)
    address_sealed = fields.TextField(null=True)
    channel = fields.CharField(max_length=60)
    source = fields.CharField(max_length=10, default="shop")
    external_id = fields.CharField(max_length=120, null=True, unique=True)
    placed_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "orders"
        indexes = (("placed_at", "id"), ("buyer_id", "placed_at", "id"), ("state", "placed_at", "id"))


class OrderLine(Model):
    """`total_minor` is what was charged for the line; `returned` units came back later."""

    id = fields.UUIDField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "hanse.Order", db_index=True, on_delete=fields.CASCADE
    )
    variant: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.Variant", db_index=True, on_delete=fields.RESTRICT
    )
    product: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.Product", db_index=True, on_delete=fields.RESTRICT
    )
    supplier: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.Supplier", db_index=True, on_delete=fields.RESTRICT
    )
    position = fields.IntField()
    sku = fields.CharField(max_length=80)
    name = fields.CharField(max_length=300)
    quantity = fields.IntField()
    returned = fields.IntField(default=0)
    unit_minor = fields.BigIntField()
    total_minor = fields.BigIntField()

    class Meta:
        table = "order_line"
