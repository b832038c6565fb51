from dataclasses import dataclass
from uuid import UUID

from domain.shared.errors import DomainError


@dataclass(eq=False)
class RiskAlreadyDecided(DomainError):
    """Only an order under review waits for a person; this one's risk is settled."""

    code = "RISK_ALREADY_DECIDED"
    order_id: UUID
    decision: str
