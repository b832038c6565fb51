from dataclasses import dataclass
from typing import ClassVar

from domain.orders.states import OrderState
from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    kind: ClassVar[str] = "order.placed"
    subject_type: ClassVar[str] = "order"
    state: str = OrderState.PENDING


@dataclass(frozen=True, kw_only=True)
class OrderAdvanced(Event):
    """The order took `event` into `state`; `actions` are the machine's output."""

    subject_type: ClassVar[str] = "order"
    event: str
    state: str
    actions: tuple[str, ...]

    @property
    def kind(self) -> str:  # type: ignore[override] # the state names the kind: order.paid, order.shipped, …
        return f"order.{self.state}"


@dataclass(frozen=True, kw_only=True)
class OrderClaimed(Event):
    """Bought by a guest, the order has become somebody's who has an account; its state is what it was."""

    kind: ClassVar[str] = "order.claimed"
    subject_type: ClassVar[str] = "order"
    state: str
