from dataclasses import dataclass

from domain.shared.errors import DomainError
from domain.shared.money import Money


@dataclass(eq=False)
class EventNotAllowed(DomainError):
    """The order's state does not allow this event."""

    code = "EVENT_NOT_ALLOWED"
    event: str
    state: str
    allowed: tuple[str, ...]


@dataclass(eq=False)
class TotalChanged(DomainError):
    """The total moved since the buyer saw it."""

    code = "TOTAL_CHANGED"
    expected: Money
    current: Money


@dataclass(eq=False)
class CartEmpty(DomainError):
    code = "CART_EMPTY"
    cart_id: str
