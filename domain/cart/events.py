from dataclasses import dataclass
from typing import ClassVar

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class CheckoutBegun(Event):
    """The cart's lines are reserved for a while. Beginning again, which prolongs it, tells so again."""

    kind: ClassVar[str] = "cart.checkout_begun"
    subject_type: ClassVar[str] = "cart"
