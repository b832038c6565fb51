"""The order comes home, or never leaves."""

from dataclasses import dataclass
from uuid import UUID

from domain.orders.advance import advance
from domain.orders.states import OrderEvent
from domain.shared.idempotency import replayed
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class ReturnOrder:
    order_id: UUID
    key: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True)
class RefundOrder:
    order_id: UUID
    key: str | None = None
    expected_version: int | None = None


@use_case
async def return_order(viewer: Viewer, command: ReturnOrder) -> UUID:
    """Take a shipped order back; the state machine restocks it. Returns the order's id. Raises what `advance` raises."""
    viewer.identified()
    if earlier := await replayed(viewer, "returnOrder", command, command.order_id):
        return earlier
    await advance(viewer, command.order_id, OrderEvent.RETURN, expected_version=command.expected_version)
    return command.order_id


@use_case
async def refund_order(viewer: Viewer, command: RefundOrder) -> UUID:
    """Give a paid order up before it ships; its money follows. Returns the order's id. Raises what `advance` raises."""
    viewer.identified()
    if earlier := await replayed(viewer, "refundOrder", command, command.order_id):
        return earlier
    await advance(viewer, command.order_id, OrderEvent.REFUND, expected_version=command.expected_version)
    return command.order_id
