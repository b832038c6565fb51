"""The signed receipt of an order that was paid."""

from datetime import datetime
from uuid import UUID

from domain.audit.record import record
from domain.identity.keys.keys import active_key
from domain.orders.queries import facts
from domain.orders.states import OrderFacts
from domain.payments.receipts import ReceiptText
from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.errors import not_found
from domain.shared.ids import new_id
from domain.shared.inbox import first_time
from domain.shared.settings import settings
from domain.shared.signatures import sign
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM

SIGN_RECEIPT = "sign_receipt"


@use_case
async def sign_receipt(event_id: UUID, order_id: UUID) -> None:
    """Sign and store the order's receipt, once. For order.paid; in a worker only (see `signatures.sign`).

    Raises NotFound when there is no such order or nothing was captured for it.
    """
    order, paid_at = await facts(order_id), await _captured_at(order_id)
    if order is None or paid_at is None:
        raise not_found("Payment", order_id)
    if await first_time(SIGN_RECEIPT, event_id):
        await _store(order, paid_at)


async def _captured_at(order_id: UUID) -> datetime | None:
    found: datetime | None = await value(
        """SELECT t.answered_at FROM payment_transaction t JOIN payment p ON p.id = t.payment_id
           WHERE p.order_id = $1 AND t.kind = 'capture' AND t.state = 'succeeded'""",
        order_id,
    )
    return found


async def _store(order: OrderFacts, paid_at: datetime) -> None:
    key = await active_key("receipt")
    text = ReceiptText(
        receipt_id=new_id(),
        order_id=order.id,
        order_number=order.number,
        total_minor=order.total.minor,
        currency=order.total.currency,
        paid_at=paid_at,
        kid=key.kid,
        issuer=settings().token_issuer,
    )
    payload = text.canonical()
    stored = await run(
        """INSERT INTO receipt (id, order_id, payload, signature, kid, signed_at) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (order_id) DO NOTHING""",
        text.receipt_id,
        order.id,
        payload,
        sign(payload, key.private_pem),
        key.kid,
        now(),
    )
    if stored:
        await record(
            PLATFORM, "signReceipt", subject=("order", order.id), after={"receipt": text.receipt_id, "kid": key.kid}
        )
