"""What somebody means to buy."""

from tortoise import fields
from tortoise.models import Model


class Cart(Model):
    """State: open or ordered. Until `reserved_until` its lines are reserved, because the buyer is at the checkout."""

    id = fields.UUIDField(primary_key=True)
    buyer: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "hanse.User", db_index=True, on_delete=fields.CASCADE
    )
    channel = fields.CharField(max_length=60)
    currency = fields.CharField(max_length=3)
    state = fields.CharField(max_length=10, default="open")
    version = fields.IntField(default=1)
    reserved_until = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "cart"


class CartLine(Model):
    id = fields.UUIDField(primary_key=True)
    cart: fields.ForeignKeyRelation[Cart] = fields.ForeignKeyField("hanse.Cart", on_delete=fields.CASCADE)
    variant: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField("hanse.Variant", on_delete=fields.CASCADE)
    quantity = fields.IntField()

    class Meta:
        table = "cart_line"
        unique_together = (("cart", "variant"),)
