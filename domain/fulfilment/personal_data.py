"""What was sent to somebody, for the copy of their data."""

from typing import Any
from uuid import UUID

from domain.orders.personal_data import order_ids_of
from domain.shared.database import rows


async def personal_data(person_id: UUID) -> list[dict[str, Any]]:
    """Every parcel, oldest first."""
    found = await rows(
        """SELECT order_id, carrier, tracking_number, shipped_at, delivered_at FROM shipment
           WHERE order_id = ANY($1) ORDER BY shipped_at, id""",
        await order_ids_of(person_id),
    )
    return [dict(one) for one in found]


async def parcel_ids_of(person_id: UUID) -> list[UUID]:
    """For what is recorded of the parcels."""
    found = await rows("SELECT id FROM shipment WHERE order_id = ANY($1)", await order_ids_of(person_id))
    return [one["id"] for one in found]
