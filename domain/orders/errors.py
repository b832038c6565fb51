from dataclasses import dataclass

from domain.orders.states import OrderEvent, OrderState
from domain.shared.errors import DomainError
from domain.shared.money import Money


@dataclass(eq=False)
class EventNotAllowed(DomainError):
    """The order's state does not allow this event."""

    code = "EVENT_NOT_ALLOWED"
    event: OrderEvent
    state: OrderState
    allowed: tuple[OrderEvent, ...]


@dataclass(eq=False)
class TotalChanged(DomainError):
    """The total moved since the buyer saw it."""

    code = "TOTAL_CHANGED"
    expected_total: Money
    current_total: Money


@dataclass(eq=False)
class OrdersUnderWay(DomainError):
    """Whose orders are not paid or not sent yet cannot be erased: the goods would not find them. `orders` are numbers."""

    code = "ORDERS_UNDER_WAY"
    orders: tuple[str, ...]
