"""Cancelling an order that was not paid yet."""

from dataclasses import dataclass
from uuid import UUID

from domain.orders.advance import advance
from domain.orders.states import OrderEvent
from domain.shared.idempotency import replayed
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class CancelOrder:
    order_id: UUID
    expected_version: int | None = None
    key: str | None = None


@use_case
async def cancel_order(viewer: Viewer, command: CancelOrder) -> UUID:
    """Cancel the order; its stock is given back. By its buyer or with `orders.cancel`. Raises as `advance` does."""
    viewer.identified()
    if await replayed(viewer, "cancelOrder", command, command.order_id):
        return command.order_id
    await advance(viewer, command.order_id, OrderEvent.CANCEL, expected_version=command.expected_version)
    return command.order_id
