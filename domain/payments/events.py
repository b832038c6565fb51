from dataclasses import dataclass
from typing import ClassVar

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class RiskAccepted(Event):
    """A person accepted an order under review. The decision is named by its order: `subject_id` is the order's id."""

    kind: ClassVar[str] = "risk.accepted"
    subject_type: ClassVar[str] = "risk_decision"
