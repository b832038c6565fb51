"""Reading shipments, by order, for orders that the caller has been shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.shared.database import rows


@dataclass(frozen=True)
class ShipmentFacts:
    id: UUID
    order_id: UUID
    carrier: str
    tracking_number: str
    shipped_at: datetime
    delivered_at: datetime | None


async def shipments_of(order_ids: Sequence[UUID]) -> dict[UUID, ShipmentFacts]:
    """By order. One statement."""
    found = await rows(
        """SELECT id, order_id, carrier, tracking_number, shipped_at, delivered_at FROM shipment
           WHERE order_id = ANY($1)""",
        list(order_ids),
    )
    return {r["order_id"]: ShipmentFacts(**r) for r in found}
