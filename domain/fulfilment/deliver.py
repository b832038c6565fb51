"""The order has arrived."""

from dataclasses import dataclass
from uuid import UUID

from domain.orders.advance import advance
from domain.orders.states import OrderEvent
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.idempotency import replayed
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class DeliverOrder:
    order_id: UUID
    key: str | None = None
    expected_version: int | None = None


@use_case
async def deliver_order(viewer: Viewer, command: DeliverOrder) -> UUID:
    """Note that a shipped order was handed over. Returns the order's id. Raises what `advance` raises."""
    viewer.identified()
    if earlier := await replayed(viewer, "deliverOrder", command, command.order_id):
        return earlier
    await advance(viewer, command.order_id, OrderEvent.DELIVER, expected_version=command.expected_version)
    await run("UPDATE shipment SET delivered_at = $2 WHERE order_id = $1", command.order_id, now())
    return command.order_id
