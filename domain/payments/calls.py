"""The written record of the calls to the provider: what was asked for, and what came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.orders.states import OrderFacts
from domain.payments.moves import Kind, PaymentState, Progress
from domain.payments.provider import ProviderAnswer
from domain.shared.clock import now
from domain.shared.database import rows, run, value
from domain.shared.ids import new_id
from domain.shared.money import Money
from domain.shared.transactions import require_transaction
from domain.shared.viewer import PLATFORM

_BUILDS_ON = {Kind.CAPTURE: Kind.AUTHORISE, Kind.VOID: Kind.AUTHORISE, Kind.REFUND: Kind.CAPTURE}

_STATE_AFTER = {
    (Kind.AUTHORISE, True): PaymentState.AUTHORISED,
    (Kind.AUTHORISE, False): PaymentState.DECLINED,
    (Kind.CAPTURE, True): PaymentState.CAPTURED,
    (Kind.CAPTURE, False): PaymentState.DECLINED,
    (Kind.VOID, True): PaymentState.VOIDED,
    (Kind.REFUND, True): PaymentState.REFUNDED,
}


@dataclass(frozen=True)
class Call:
    """`builds_on` is the provider's reference of the operation that this one captures, voids or refunds."""

    payment_id: UUID
    kind: Kind
    amount: Money
    builds_on: str

    @property
    def key(self) -> str:
        return f"{self.payment_id}:{self.kind}"


@dataclass(frozen=True)
class Made:
    """A call as far as it is known."""

    progress: Progress
    reference: str


async def calls_made(order_id: UUID) -> dict[Kind, Made]:
    """The calls for the order's payment, in the order of their making."""
    found = await rows(
        """SELECT t.kind, t.state, t.provider_reference FROM payment_transaction t JOIN payment p ON p.id = t.payment_id
           WHERE p.order_id = $1 ORDER BY t.requested_at, t.id""",
        order_id,
    )
    return {Kind(r["kind"]): Made(Progress(r["state"]), r["provider_reference"] or "") for r in found}


async def write_down(order: OrderFacts, kind: Kind, made: Mapping[Kind, Made], provider: str) -> Call:
    """The call to make, stored as requested unless it is. The first one makes the payment.

    The caller holds the order's row lock.
    """
    require_transaction("write_down")
    payment_id = await _payment(order, provider)
    if kind not in made:
        await run(
            """INSERT INTO payment_transaction (id, payment_id, kind, state, amount_minor, requested_at)
               VALUES ($1, $2, $3, $4, $5, $6)""",
            new_id(),
            payment_id,
            kind,
            Progress.REQUESTED,
            order.total.minor,
            now(),
        )
    earlier = made.get(_BUILDS_ON[kind]) if kind in _BUILDS_ON else None
    return Call(payment_id, kind, order.total, earlier.reference if earlier else "")


async def record_answer(order: OrderFacts, call: Call, answer: ProviderAnswer) -> None:
    """Store what the provider said, unless another delivery has stored it: the provider says the same to both."""
    require_transaction("record_answer")
    first = await run(
        """UPDATE payment_transaction SET state = $3, provider_reference = $4, reason = $5, answered_at = $6
           WHERE payment_id = $1 AND kind = $2 AND state = 'requested'""",
        call.payment_id,
        call.kind,
        Progress.SUCCEEDED if answer.succeeded else Progress.FAILED,
        answer.reference,
        answer.reason or None,
        now(),
    )
    if not first:
        return
    state = _STATE_AFTER[call.kind, answer.succeeded]
    await run("UPDATE payment SET state = $2, updated_at = $3 WHERE id = $1", call.payment_id, state, now())
    await record(
        PLATFORM, f"{call.kind}Payment", subject=("order", order.id), after={"payment": state, "reason": answer.reason}
    )


async def _payment(order: OrderFacts, provider: str) -> UUID:
    payment_id: UUID | None = await value("SELECT id FROM payment WHERE order_id = $1", order.id)
    if payment_id is not None:
        return payment_id
    payment_id = new_id()
    await run(
        """INSERT INTO payment (id, order_id, provider, state, currency, amount_minor, created_at, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $7)""",
        payment_id,
        order.id,
        provider,
        PaymentState.CREATED,
        order.total.currency,
        order.total.minor,
        now(),
    )
    return payment_id
