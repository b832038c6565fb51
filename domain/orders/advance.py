"""The only way by which an order's state changes."""

from dataclasses import replace
from uuid import UUID

from domain.audit.record import record
from domain.inventory.settle import release, restock, ship
from domain.orders.errors import EventNotAllowed
from domain.orders.events import OrderAdvanced
from domain.orders.queries import facts
from domain.orders.states import TRANSITIONS, Action, OrderEvent, OrderFacts, allowed_events
from domain.orders.visibility import may_see
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.errors import NotAllowed, StaleVersion, not_found
from domain.shared.outbox import emit
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

_STOCK = {Action.RELEASE_STOCK: release, Action.SHIP_STOCK: ship, Action.RESTOCK: restock}


async def advance(
    viewer: Viewer, order_id: UUID, event: OrderEvent, *, expected_version: int | None = None
) -> OrderFacts:
    """Take the order through `event`: lock it, ask the table and its guard, change state and stock, audit, tell.

    Returns the order as it is now. Raises NotFound (also for an order that the viewer may not see), StaleVersion,
    EventNotAllowed (before NotAllowed: what nobody may do is said first).
    """
    require_transaction("advance")
    order = await facts(order_id, lock=True)
    if order is None or not may_see(viewer, order):
        raise not_found("Order", order_id)
    if expected_version is not None and expected_version != order.version:
        raise StaleVersion(expected=expected_version, current=order.version)
    transition = TRANSITIONS.get((order.state, event))
    if transition is None:
        raise EventNotAllowed(event=event, state=order.state, allowed=allowed_events(order.state))
    if not transition.guard(viewer, order):
        raise NotAllowed(permission=f"orders.{event}")
    advanced = replace(order, state=transition.to, version=order.version + 1)
    await run(
        "UPDATE orders SET state = $2, version = $3, updated_at = $4 WHERE id = $1",
        order.id,
        advanced.state,
        advanced.version,
        now(),
    )
    for action in transition.actions:
        if action in _STOCK:
            await _STOCK[action](order.id)
    await record(
        viewer,
        f"{event}Order",
        subject=("order", order.id),
        before={"state": order.state},
        after={"state": advanced.state},
    )
    await emit(
        OrderAdvanced(
            subject_id=order.id,
            sequence=advanced.version,
            event=event,
            state=advanced.state,
            actions=transition.actions,
        )
    )
    return advanced
