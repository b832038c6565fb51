"""Carts as clients see and change them."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.ids import encode
from api.schema.money import Money, shown
from api.schema.node import Node
from domain.cart.errors import CartEmpty, CartFull, CartNotOpen
from domain.cart.queries import CartFacts
from domain.channels.errors import ChannelClosed, CurrencyNotSold
from domain.inventory.errors import OutOfStock
from domain.pricing.errors import PriceMissing
from domain.shared.errors import StaleVersion


@strawberry.type(directives=[Access(requires=PARENT)])
class CartLine:
    variant_id: strawberry.ID
    product_id: strawberry.ID
    sku: str
    name: str
    quantity: int
    unit_price: Money
    total: Money


@strawberry.type(directives=[Access(requires=PARENT)], description="Priced at the moment of reading.")
class Cart(Node):
    id: strawberry.ID
    state: str
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")
    channel: str
    currency: str
    lines: list[CartLine]
    total: Money
    updated_at: datetime
    reserved_until: datetime | None = strawberry.field(
        description="While it is at the checkout: until then its lines are reserved, unless it changes, which prolongs it."
    )


@strawberry.input
class CreateCartInput:
    currency: str | None = strawberry.field(default=None, description="The channel's first one by default.")
    channel: str | None = strawberry.field(default=None, description="The storefront or market; the first by default.")
    idempotency_key: str | None = None


@strawberry.input
class CartLineInput:
    cart_id: strawberry.ID
    variant_id: strawberry.ID
    quantity: int
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class RemoveCartLineInput:
    cart_id: strawberry.ID
    variant_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class BeginCheckoutInput:
    cart_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


CreateCartResult = result("CreateCartResult", Cart, CurrencyNotSold)
CartLineResult = result(
    "CartLineResult",
    Cart,
    CartNotOpen,
    CartFull,
    StaleVersion,
    ChannelClosed,
    CurrencyNotSold,
    PriceMissing,
    OutOfStock,
)
BeginCheckoutResult = result(
    "BeginCheckoutResult",
    Cart,
    CartNotOpen,
    CartEmpty,
    StaleVersion,
    ChannelClosed,
    CurrencyNotSold,
    PriceMissing,
    OutOfStock,
)


def show_cart(facts: CartFacts) -> Cart:
    return Cart(
        id=strawberry.ID(encode("Cart", facts.id)),
        state=facts.state,
        version=facts.version,
        channel=facts.channel,
        currency=facts.currency,
        lines=[_line(facts, number) for number in range(len(facts.quote.lines))],
        total=shown(facts.quote.total),
        updated_at=facts.updated_at,
        reserved_until=facts.reserved_until,
    )


def _line(facts: CartFacts, number: int) -> CartLine:
    line = facts.quote.lines[number]
    variant = facts.variants[line.variant_id]
    return CartLine(
        variant_id=strawberry.ID(encode("Variant", variant.id)),
        product_id=strawberry.ID(encode("Product", variant.product_id)),
        sku=variant.sku,
        name=variant.product_name,
        quantity=line.quantity,
        unit_price=shown(line.unit),
        total=shown(line.total),
    )
