"""Bringing an order's payment to where it belongs, call by call, through any crash.

Each transaction locks the order, records the answer of the call before, and either writes down the next call or takes
the final effect together with the claim on the event. A crash anywhere leaves a written call without an answer; the
next delivery asks the provider again under the same key and goes on from there.
"""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from domain.orders.advance import advance
from domain.orders.queries import facts
from domain.orders.states import OrderEvent, OrderState
from domain.payments.assess import assess
from domain.payments.calls import Call, calls_made, record_answer, write_down
from domain.payments.moves import Kind, Outcome, next_move
from domain.payments.provider import PaymentProvider, ProviderAnswer, ProviderRefused
from domain.shared.database import in_transaction
from domain.shared.errors import not_found
from domain.shared.inbox import first_time
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM

_ANSWER_SECONDS = 30
_EFFECT = {Outcome.PAY: OrderEvent.PAY, Outcome.CANCEL: OrderEvent.CANCEL}


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one consumer."""

    consumer: str
    event_id: UUID
    order_id: UUID


async def settle(delivery: Delivery, provider: PaymentProvider) -> None:
    """Work on the order's payment until nothing is left to do, and claim the event with the final effect.

    Any exception, ProviderUnavailable and TimeoutError among them, leaves the event unclaimed: deliver it again.
    """
    answered: tuple[Call, ProviderAnswer] | None = None
    while call := await _step(delivery, provider.name, answered):
        answered = call, await _ask(provider, call)


@use_case
async def _step(delivery: Delivery, provider: str, answered: tuple[Call, ProviderAnswer] | None) -> Call | None:
    order = await facts(delivery.order_id, lock=True)
    if order is None:
        raise not_found("Order", delivery.order_id)
    if answered is not None:
        await record_answer(order, *answered)
    decision = await assess(order) if order.state is OrderState.PENDING else None
    made = await calls_made(order.id)
    move = next_move(order.state, decision, {kind: call.progress for kind, call in made.items()})
    if isinstance(move, Kind):
        return await write_down(order, move, made, provider)
    if await first_time(delivery.consumer, delivery.event_id) and move in _EFFECT:
        await advance(PLATFORM, order.id, _EFFECT[move])
    return None


async def _ask(provider: PaymentProvider, call: Call) -> ProviderAnswer:
    if in_transaction():
        raise RuntimeError("a provider is never called inside a transaction")
    async with asyncio.timeout(_ANSWER_SECONDS):
        answer = await _sent(provider, call)
    if not answer.succeeded and call.kind in {Kind.VOID, Kind.REFUND}:
        raise ProviderRefused(f"{call.kind} of payment {call.payment_id}: {answer.reason}")
    return answer


async def _sent(provider: PaymentProvider, call: Call) -> ProviderAnswer:
    match call.kind:
        case Kind.AUTHORISE:
            return await provider.authorise(call.key, call.amount)
        case Kind.CAPTURE:
            return await provider.capture(call.key, call.amount, authorisation=call.builds_on)
        case Kind.VOID:
            return await provider.void(call.key, call.amount, authorisation=call.builds_on)
        case Kind.REFUND:
            return await provider.refund(call.key, call.amount, capture=call.builds_on)
