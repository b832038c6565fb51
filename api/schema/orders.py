"""Orders as buyers, suppliers and staff see them."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access, field
from api.context import Info
from api.errors import result
from api.ids import encode
from api.schema.addresses import Address, AddressInput, show_address
from api.schema.money import Money, MoneyInput, shown
from api.schema.node import Node
from api.schema.payments import Payment, Receipt, RiskDecision, payment_of, receipt_of, risk_of
from api.schema.shipments import Shipment, shipment_of
from domain.cart.errors import CartEmpty, CartNotOpen
from domain.channels.errors import ChannelClosed, CountryNotServed, CurrencyNotSold
from domain.identity.addresses.addresses import address_of
from domain.inventory.errors import OutOfStock
from domain.orders.errors import EventNotAllowed, TotalChanged
from domain.orders.states import OrderEvent, OrderFacts, OrderLineFacts, OrderState, next_events
from domain.orders.visibility import sees_whole, visible_lines
from domain.pricing.errors import PriceMissing
from domain.shared import money
from domain.shared.errors import StaleVersion

OrderStateEnum = strawberry.enum(OrderState, name="OrderState")
OrderEventEnum = strawberry.enum(OrderEvent, name="OrderEvent")


@strawberry.type(directives=[Access(requires=PARENT)], description="As it was bought.")
class OrderLine:
    id: strawberry.ID
    product_id: strawberry.ID
    variant_id: strawberry.ID
    sku: str
    name: str
    quantity: int
    unit_price: Money
    total: Money


@strawberry.type(directives=[Access(requires=PARENT)])
class Order(Node):
    facts: strawberry.Private[OrderFacts]
    id: strawberry.ID
    number: str
    channel: str = strawberry.field(description="The storefront or market where it was placed.")
    state: OrderState
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")
    placed_at: datetime
    updated_at: datetime

    @field(PARENT, description="For a supplier beside others: the sum of their own lines.")
    async def total(self, info: Info) -> Money:
        if sees_whole(info.context.viewer, self.facts):
            return shown(self.facts.total)
        lines = visible_lines(
            info.context.viewer, self.facts, await info.context.loaders.order_lines.load(self.facts.id)
        )
        return shown(money.total([line.total for line in lines], self.facts.total.currency))

    @field(
        PARENT,
        description="Null for a supplier beside others, who cannot ship the order, and where none is known any more.",
    )
    async def address(self, info: Info) -> Address | None:
        if not sees_whole(info.context.viewer, self.facts):
            return None
        found = await info.context.loaders.order_address.load(self.facts.id)
        return None if found is None else show_address(address_of(found))

    @field(PARENT, description="The events that the caller may send to this order now.")
    def next_events(self, info: Info) -> list[OrderEvent]:
        return list(next_events(info.context.viewer, self.facts))

    @field(PARENT, description="A supplier sees their own lines.")
    async def lines(self, info: Info) -> list[OrderLine]:
        found = await info.context.loaders.order_lines.load(self.facts.id)
        return [_line(one) for one in visible_lines(info.context.viewer, self.facts, found)]

    @field(PARENT, description="For the buyer and staff; null before the first step, and while a review is open.")
    async def payment(self, info: Info) -> Payment | None:
        return await payment_of(info, self.facts)

    @field(PARENT, description="For the buyer and staff, once the order is paid.")
    async def receipt(self, info: Info) -> Receipt | None:
        return await receipt_of(info, self.facts)

    @field("risk.decide", description="The decision on its risk, for staff who decide.")
    async def risk(self, info: Info) -> RiskDecision | None:
        return await risk_of(info, self.facts)

    @field(PARENT, description="Null before it is shipped, and for a supplier beside others.")
    async def shipment(self, info: Info) -> Shipment | None:
        return await shipment_of(info, self.facts)


@strawberry.type(directives=[Access(requires=PARENT)], description="One step of one order.")
class OrderUpdate:
    cursor: str = strawberry.field(description="Send it back as `after` to go on behind this step.")
    event_id: strawberry.ID = strawberry.field(description="The same however often the step is delivered.")
    kind: str
    sequence: int = strawberry.field(description="The order's version at this step: one more with each step.")
    state: OrderState = strawberry.field(description="The state that this step led to.")
    occurred_at: datetime
    order: Order = strawberry.field(description="The order as it is now.")


@strawberry.input(description="Exactly one of address and addressId.")
class PlaceOrderInput:
    cart_id: strawberry.ID
    address: AddressInput | None = None
    address_id: strawberry.ID | None = strawberry.field(default=None, description="Of one's own address book.")
    expected_total: MoneyInput = strawberry.field(description="The total that the buyer saw; another is refused.")
    idempotency_key: str = strawberry.field(description="Sent again, it gives the same order.")
    expected_version: int | None = None
    email: str | None = strawberry.field(
        default=None,
        description="Guests give it, and nobody else: where they are reached. Who confirms that address with an account "
        "may claim all of the guest's orders.",
    )


@strawberry.input
class CancelOrderInput:
    order_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


PlaceOrderResult = result(
    "PlaceOrderResult",
    Order,
    OutOfStock,
    TotalChanged,
    CartNotOpen,
    CartEmpty,
    PriceMissing,
    StaleVersion,
    ChannelClosed,
    CurrencyNotSold,
    CountryNotServed,
)
CancelOrderResult = result("CancelOrderResult", Order, EventNotAllowed, StaleVersion)


def show_order(facts: OrderFacts) -> Order:
    return Order(
        facts=facts,
        id=strawberry.ID(encode("Order", facts.id)),
        number=facts.label,
        channel=facts.channel,
        state=facts.state,
        version=facts.version,
        placed_at=facts.placed_at,
        updated_at=facts.updated_at,
    )


def _line(facts: OrderLineFacts) -> OrderLine:
    return OrderLine(
        id=strawberry.ID(encode("OrderLine", facts.id)),
        product_id=strawberry.ID(encode("Product", facts.product_id)),
        variant_id=strawberry.ID(encode("Variant", facts.variant_id)),
        sku=facts.sku,
        name=facts.name,
        quantity=facts.quantity,
        unit_price=shown(facts.unit),
        total=shown(facts.total),
    )
