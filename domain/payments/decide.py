"""A person decides what the rules left open."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.orders.advance import advance
from domain.orders.errors import EventNotAllowed
from domain.orders.queries import facts
from domain.orders.states import OrderEvent, OrderFacts, OrderState, allowed_events
from domain.payments.errors import RiskAlreadyDecided
from domain.payments.events import RiskAccepted
from domain.payments.risk import Decision
from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.errors import StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM, Viewer


@dataclass(frozen=True)
class DecideRisk:
    """`expected_version` is the order's."""

    order_id: UUID
    accept: bool
    key: str | None = None
    expected_version: int | None = None


@use_case
async def decide_risk(viewer: Viewer, command: DecideRisk) -> UUID:
    """Let an order under review go on to its payment, or cancel it. Returns the order's id.

    Raises NotFound, RiskAlreadyDecided (nothing is under review), EventNotAllowed (the order left `pending` in the
    meantime), StaleVersion.
    """
    viewer.require("risk.decide")
    if earlier := await replayed(viewer, "decideRisk", command, command.order_id):
        return earlier
    order = await _order_under_review(command)
    decision = Decision.ACCEPT if command.accept else Decision.REJECT
    await run(
        "UPDATE risk_decision SET decision = $2, decided_by = $3, decided_at = $4 WHERE order_id = $1",
        order.id,
        decision,
        viewer.user_id,
        now(),
    )
    await record(
        viewer,
        "decideRisk",
        subject=("order", order.id),
        before={"decision": Decision.REVIEW},
        after={"decision": decision},
    )
    if command.accept:
        await emit(RiskAccepted(subject_id=order.id, sequence=order.version))
    else:
        await advance(PLATFORM, order.id, OrderEvent.CANCEL)
    return order.id


async def _order_under_review(command: DecideRisk) -> OrderFacts:
    order = await facts(command.order_id, lock=True)
    decision = await value("SELECT decision FROM risk_decision WHERE order_id = $1", command.order_id)
    if order is None:
        raise not_found("Order", command.order_id)
    if decision is None:
        raise not_found("RiskDecision", command.order_id)
    if decision != Decision.REVIEW:
        raise RiskAlreadyDecided(order_id=order.id, decision=decision)
    if command.expected_version is not None and command.expected_version != order.version:
        raise StaleVersion(expected=command.expected_version, current=order.version)
    if order.state is not OrderState.PENDING:
        raise EventNotAllowed(
            event=OrderEvent.PAY if command.accept else OrderEvent.CANCEL,
            state=order.state,
            allowed=allowed_events(order.state),
        )
    return order
