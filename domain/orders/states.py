"""The order's state machine, a Mealy machine: each (state, event) gives the next state and the actions to carry out.

Nothing else in the platform changes an order's state. More states and events are more rows here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.shared.money import Money
from domain.shared.viewer import Viewer


class OrderState(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    RETURNED = "returned"


class OrderEvent(StrEnum):
    PAY = "pay"
    CANCEL = "cancel"
    SHIP = "ship"
    DELIVER = "deliver"
    REFUND = "refund"
    RETURN = "return"


class Action(StrEnum):
    """What a transition causes. Stock actions happen in its transaction; the others follow from the event it emits."""

    RELEASE_STOCK = "release_stock"
    SHIP_STOCK = "ship_stock"
    RESTOCK = "restock"
    SIGN_RECEIPT = "sign_receipt"
    VOID_PAYMENT = "void_payment"
    REFUND_PAYMENT = "refund_payment"


@dataclass(frozen=True)
class OrderFacts:
    """What decisions about an order need to know of it."""

    id: UUID
    number: int
    buyer_id: UUID
    state: OrderState
    version: int
    total: Money
    channel: str
    country: str
    placed_at: datetime
    updated_at: datetime
    supplier_ids: frozenset[UUID]

    @property
    def label(self) -> str:
        """The number as people read it."""
        return order_label(self.number)


@dataclass(frozen=True)
class OrderLineFacts:
    """A line as it was bought."""

    id: UUID
    order_id: UUID
    product_id: UUID
    variant_id: UUID
    supplier_id: UUID
    sku: str
    name: str
    quantity: int
    unit: Money
    total: Money


Guard = Callable[[Viewer, OrderFacts], bool]


def by_platform(viewer: Viewer, _: OrderFacts) -> bool:
    return viewer.is_platform


def by_buyer_or(permission: str) -> Guard:
    return lambda viewer, order: _may(viewer, permission, order) or viewer.user_id == order.buyer_id


def by(permission: str) -> Guard:
    """Who holds the permission for the whole order: a supplier, when every line of it is theirs."""
    return lambda viewer, order: _may(viewer, permission, order)


def _may(viewer: Viewer, permission: str, order: OrderFacts) -> bool:
    return viewer.may_for(permission, channel=order.channel, suppliers=order.supplier_ids)


@dataclass(frozen=True)
class Transition:
    to: OrderState
    guard: Guard
    actions: tuple[Action, ...] = ()


TRANSITIONS: dict[tuple[OrderState, OrderEvent], Transition] = {
    (OrderState.PENDING, OrderEvent.PAY): Transition(OrderState.PAID, by_platform, (Action.SIGN_RECEIPT,)),
    (OrderState.PENDING, OrderEvent.CANCEL): Transition(
        OrderState.CANCELLED, by_buyer_or("orders.cancel"), (Action.RELEASE_STOCK, Action.VOID_PAYMENT)
    ),
    (OrderState.PAID, OrderEvent.SHIP): Transition(OrderState.SHIPPED, by("orders.ship"), (Action.SHIP_STOCK,)),
    (OrderState.PAID, OrderEvent.REFUND): Transition(
        OrderState.REFUNDED, by("orders.refund"), (Action.RELEASE_STOCK, Action.REFUND_PAYMENT)
    ),
    (OrderState.SHIPPED, OrderEvent.DELIVER): Transition(OrderState.DELIVERED, by("orders.deliver")),
    (OrderState.SHIPPED, OrderEvent.RETURN): Transition(
        OrderState.RETURNED, by("orders.return"), (Action.RESTOCK, Action.REFUND_PAYMENT)
    ),
}


def order_label(number: int) -> str:
    return f"H{number}"


def allowed_events(state: OrderState) -> tuple[OrderEvent, ...]:
    """The events that `state` allows, whoever sends them, in the order of the table."""
    return tuple(event for (from_state, event) in TRANSITIONS if from_state is state)


def next_events(viewer: Viewer, order: OrderFacts) -> tuple[OrderEvent, ...]:
    """The events that this viewer may send to this order now."""
    return tuple(event for event in allowed_events(order.state) if TRANSITIONS[order.state, event].guard(viewer, order))
