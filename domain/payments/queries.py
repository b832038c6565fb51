"""Reading payments, receipts and risk decisions, by order, for orders that the viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from domain.orders.states import OrderFacts
from domain.orders.visibility import READ
from domain.payments.moves import PaymentState
from domain.payments.risk import Decision, Reason
from domain.shared.database import rows
from domain.shared.money import Money
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class PaymentFacts:
    """`reason` says why it was declined."""

    id: UUID
    order_id: UUID
    provider: str
    state: PaymentState
    amount: Money
    reason: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class ReceiptFacts:
    """`payload` is the exact text that was signed."""

    id: UUID
    order_id: UUID
    payload: str
    signature: str
    kid: str
    signed_at: datetime


@dataclass(frozen=True)
class RiskFacts:
    """`decided_by` is the person who decided after a review, None where the rules did."""

    id: UUID
    order_id: UUID
    decision: Decision
    reasons: tuple[Reason, ...]
    decided_by: UUID | None
    decided_at: datetime


def may_see_money(viewer: Viewer, order: OrderFacts) -> bool:
    """Whether payment and receipt of an order that the viewer may see are for them: the buyer and staff, no supplier."""
    return viewer.may_for(READ, channel=order.channel) or viewer.user_id == order.buyer_id


async def payments_of(order_ids: Sequence[UUID]) -> dict[UUID, PaymentFacts]:
    """By order. One statement."""
    found = await rows(
        """SELECT p.*, (SELECT t.reason FROM payment_transaction t
                        WHERE t.payment_id = p.id AND t.state = 'failed' ORDER BY t.requested_at DESC LIMIT 1) AS reason
           FROM payment p WHERE p.order_id = ANY($1)""",
        list(order_ids),
    )
    return {
        r["order_id"]: PaymentFacts(
            id=r["id"],
            order_id=r["order_id"],
            provider=r["provider"],
            state=PaymentState(r["state"]),
            amount=Money(r["amount_minor"], r["currency"]),
            reason=r["reason"],
            created_at=r["created_at"],
            updated_at=r["updated_at"],
        )
        for r in found
    }


async def receipts_of(order_ids: Sequence[UUID]) -> dict[UUID, ReceiptFacts]:
    """By order. One statement."""
    found = await rows(
        "SELECT id, order_id, payload, signature, kid, signed_at FROM receipt WHERE order_id = ANY($1)", list(order_ids)
    )
    return {r["order_id"]: ReceiptFacts(**r) for r in found}


async def risk_of(viewer: Viewer, order_ids: Sequence[UUID]) -> dict[UUID, RiskFacts]:
    """By order, for staff who may decide; nothing for anybody else. One statement."""
    if not viewer.may("risk.decide"):
        return {}
    found = await rows(
        """SELECT id, order_id, decision, reasons, decided_by, decided_at FROM risk_decision
           WHERE order_id = ANY($1)""",
        list(order_ids),
    )
    return {
        r["order_id"]: RiskFacts(
            id=r["id"],
            order_id=r["order_id"],
            decision=Decision(r["decision"]),
            reasons=tuple(Reason(reason) for reason in orjson.loads(r["reasons"])),
            decided_by=r["decided_by"],
            decided_at=r["decided_at"],
        )
        for r in found
    }
