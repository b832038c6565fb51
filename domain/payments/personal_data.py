"""How somebody's orders were paid, for the copy of their data."""

from typing import Any
from uuid import UUID

import orjson

from domain.orders.personal_data import order_ids_of
from domain.shared.database import rows

_PAYMENTS = """SELECT id, order_id, provider, state, currency, amount_minor, created_at, updated_at FROM payment
               WHERE order_id = ANY($1) ORDER BY created_at, id"""
_STEPS = """SELECT t.payment_id, t.kind, t.state, t.amount_minor, t.provider_reference, t.reason, t.requested_at,
                   t.answered_at
            FROM payment_transaction t JOIN payment p ON p.id = t.payment_id
            WHERE p.order_id = ANY($1) ORDER BY t.requested_at, t.id"""
_RECEIPTS = """SELECT order_id, payload, signature, kid, signed_at FROM receipt WHERE order_id = ANY($1)
               ORDER BY signed_at, id"""
_RISK = """SELECT order_id, decision, reasons, inputs, decided_by IS NOT NULL AS by_a_person, decided_at
           FROM risk_decision WHERE order_id = ANY($1) ORDER BY decided_at, id"""


async def personal_data(person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Payments with each step, receipts, and what was decided on the risk and why. Amounts are minor units."""
    orders = await order_ids_of(person_id)
    steps = [dict(one) for one in await rows(_STEPS, orders)]
    return {
        "payments": [
            {**payment, "steps": [one for one in steps if one["payment_id"] == payment["id"]]}
            for payment in await rows(_PAYMENTS, orders)
        ],
        "receipts": [dict(one) for one in await rows(_RECEIPTS, orders)],
        "risk_decisions": [
            {**one, "reasons": orjson.loads(one["reasons"]), "inputs": orjson.loads(one["inputs"])}
            for one in await rows(_RISK, orders)
        ],
    }
