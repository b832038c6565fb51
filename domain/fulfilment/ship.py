"""The order leaves the house."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.orders.advance import advance
from domain.orders.states import OrderEvent
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.printable import printable_line
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

MAX_CARRIER = 60
MAX_TRACKING_NUMBER = 120


@dataclass(frozen=True)
class ShipOrder:
    order_id: UUID
    carrier: str
    tracking_number: str
    key: str | None = None
    expected_version: int | None = None


@use_case
async def ship_order(viewer: Viewer, command: ShipOrder) -> UUID:
    """Hand a paid order to a carrier. Returns the order's id.

    For staff, and for the supplier of all of its lines. Raises InvalidInput, and what `advance` raises.
    """
    viewer.identified()
    carrier = printable_line(command.carrier, field="carrier", longest=MAX_CARRIER)
    tracking_number = printable_line(command.tracking_number, field="trackingNumber", longest=MAX_TRACKING_NUMBER)
    if earlier := await replayed(viewer, "shipOrder", command, command.order_id):
        return earlier
    await advance(viewer, command.order_id, OrderEvent.SHIP, expected_version=command.expected_version)
    shipment_id = new_id()
    await run(
        """INSERT INTO shipment (id, order_id, carrier, tracking_number, shipped_at) VALUES ($1, $2, $3, $4, $5)""",
        shipment_id,
        command.order_id,
        carrier,
        tracking_number,
        now(),
    )
    await record(
        viewer,
        "createShipment",
        subject=("shipment", shipment_id),
        after={"order": command.order_id, "carrier": carrier, "tracking_number": tracking_number},
    )
    return command.order_id
