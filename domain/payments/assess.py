"""The risk decision on an order, made once."""

from dataclasses import asdict
from datetime import timedelta

import orjson

from domain.audit.record import record
from domain.orders.queries import count_orders_between
from domain.orders.states import OrderFacts
from domain.payments.risk import Decision, Judgement, RiskInputs, judge
from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.ids import new_id
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction
from domain.shared.viewer import PLATFORM


async def assess(order: OrderFacts) -> Decision:
    """The stored decision on `order`, or a first one by the rules, stored with its reasons and inputs.

    The caller holds the order's row lock, so that two deliveries cannot decide twice.
    """
    require_transaction("assess")
    earlier = await value("SELECT decision FROM risk_decision WHERE order_id = $1", order.id)
    if earlier is not None:
        return Decision(earlier)
    inputs = await _inputs(order)
    judgement = judge(inputs)
    await _store(order, inputs, judgement)
    return judgement.decision


async def _inputs(order: OrderFacts) -> RiskInputs:
    """The hour is counted back from the moment of the order, so that a late worker counts the same as a quick one."""
    return RiskInputs(
        amount_minor=order.total.minor,
        currency=order.total.currency,
        orders_last_hour=await count_orders_between(
            order.buyer_id, order.placed_at - timedelta(hours=1), order.placed_at
        ),
        review_minor=settings().risk_review_minor,
        orders_per_hour=settings().risk_orders_per_hour,
    )


async def _store(order: OrderFacts, inputs: RiskInputs, judgement: Judgement) -> None:
    await run(
        """INSERT INTO risk_decision (id, order_id, decision, reasons, inputs, decided_at)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        new_id(),
        order.id,
        judgement.decision,
        orjson.dumps(judgement.reasons).decode(),
        orjson.dumps(asdict(inputs)).decode(),
        now(),
    )
    await record(
        PLATFORM,
        "assessRisk",
        subject=("order", order.id),
        after={"decision": judgement.decision, "reasons": judgement.reasons},
    )
