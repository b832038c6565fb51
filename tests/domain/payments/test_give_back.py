"""Money goes back with the order, and a buyer who cancels at any moment pays nothing."""

import asyncio

import pytest

from domain.orders.cancel import CancelOrder, cancel_order
from domain.orders.errors import EventNotAllowed
from domain.orders.states import OrderEvent, OrderState
from domain.payments.authorise import authorise_payment
from domain.payments.give_back import refund_payment, void_payment
from domain.payments.queries import payments_of
from domain.shared.database import value
from domain.shared.viewer import PLATFORM
from tests.domain.payments.providers import FakeProvider
from tests.factories.orders import advance_now
from tests.factories.payments import Bought, bought, event_of, state_of, transactions_of


async def cancel(order: Bought) -> None:
    await cancel_order(order.buyer, CancelOrder(order.order_id))


@pytest.mark.parametrize(
    ("moment", "calls", "payment"),
    [
        (("before", "authorise"), [("authorise", "succeeded"), ("void", "succeeded")], "voided"),
        (("after", "authorise"), [("authorise", "succeeded"), ("void", "succeeded")], "voided"),
        (
            ("before", "capture"),
            [("authorise", "succeeded"), ("capture", "succeeded"), ("refund", "succeeded")],
            "refunded",
        ),
        (
            ("after", "capture"),
            [("authorise", "succeeded"), ("capture", "succeeded"), ("refund", "succeeded")],
            "refunded",
        ),
    ],
)
async def test_an_order_that_is_cancelled_while_the_provider_answers_gets_its_money_back_at_once(
    moment: tuple[str, str], calls: list[tuple[str, str]], payment: str
) -> None:
    order = await bought()

    async def cancels(kind: str) -> None:
        if kind == moment[1]:
            await cancel(order)

    provider = FakeProvider(before=cancels) if moment[0] == "before" else FakeProvider(after=cancels)

    await authorise_payment(order.event_id, order.order_id, provider=provider)
    await void_payment(await event_of(order.order_id, "order.cancelled"), order.order_id, provider=provider)

    assert await state_of(order.order_id) is OrderState.CANCELLED
    assert await transactions_of(order.order_id) == calls
    assert (await payments_of([order.order_id]))[order.order_id].state == payment
    assert (provider.captured, provider.authorised) == (0, 0)


async def test_an_answer_that_comes_after_the_void_changes_nothing_any_more() -> None:
    order = await bought()

    async def voided_meanwhile(kind: str) -> None:
        if kind == "authorise" and await state_of(order.order_id) is OrderState.PENDING:
            await cancel(order)
            cancelled = await event_of(order.order_id, "order.cancelled")
            await void_payment(cancelled, order.order_id, provider=provider)

    provider = FakeProvider(after=voided_meanwhile)

    await authorise_payment(order.event_id, order.order_id, provider=provider)

    assert provider.effects == ["authorise", "void"]
    assert (await payments_of([order.order_id]))[order.order_id].state == "voided"
    assert await transactions_of(order.order_id) == [("authorise", "succeeded"), ("void", "succeeded")]


async def test_an_order_cancelled_before_its_payment_began_costs_nothing() -> None:
    order, provider = await bought(), FakeProvider()
    await cancel(order)

    await void_payment(await event_of(order.order_id, "order.cancelled"), order.order_id, provider=provider)
    await authorise_payment(order.event_id, order.order_id, provider=provider)

    assert provider.asked == []
    assert await payments_of([order.order_id]) == {}


@pytest.mark.parametrize("round_", range(12))
async def test_a_buyer_who_races_the_capture_either_pays_or_cancels_and_never_both(round_: int) -> None:
    order, provider = await bought(), FakeProvider(before=lambda _: asyncio.sleep(0.001))

    async def cancel_sometime() -> bool:
        await asyncio.sleep(0.0015 * round_)
        try:
            await cancel(order)
        except EventNotAllowed:
            return False
        await void_payment(await event_of(order.order_id, "order.cancelled"), order.order_id, provider=provider)
        return True

    cancelled, _ = await asyncio.gather(
        cancel_sometime(), authorise_payment(order.event_id, order.order_id, provider=provider)
    )

    assert await state_of(order.order_id) is (OrderState.CANCELLED if cancelled else OrderState.PAID)
    assert provider.captured == (0 if cancelled else 1)
    assert provider.authorised == 0
    assert provider.effects.count("capture") <= 1
    assert {progress for _, progress in await transactions_of(order.order_id)} <= {"succeeded"}


@pytest.mark.parametrize("event", [OrderEvent.REFUND, OrderEvent.RETURN])
async def test_a_refunded_and_a_returned_order_are_paid_back_once_through_the_sandbox(event: OrderEvent) -> None:
    order = await bought()
    await authorise_payment(order.event_id, order.order_id)
    if event is OrderEvent.RETURN:
        await advance_now(PLATFORM, order.order_id, OrderEvent.SHIP)
    given_up = (await advance_now(PLATFORM, order.order_id, event)).state
    event_id = await event_of(order.order_id, f"order.{given_up}")

    await asyncio.gather(*(refund_payment(event_id, order.order_id) for _ in range(5)))
    await refund_payment(event_id, order.order_id)

    assert (await payments_of([order.order_id]))[order.order_id].state == "refunded"
    assert await transactions_of(order.order_id) == [
        ("authorise", "succeeded"),
        ("capture", "succeeded"),
        ("refund", "succeeded"),
    ]
    refunds = await value(
        """SELECT count(*) FROM sandbox_operation s JOIN payment p ON starts_with(s.key, p.id::text)
           WHERE p.order_id = $1 AND s.kind = 'refund' AND s.succeeded""",
        order.order_id,
    )
    assert refunds == 1


async def test_an_order_that_never_had_a_payment_has_nothing_to_refund() -> None:
    order, provider = await bought(), FakeProvider()
    await advance_now(PLATFORM, order.order_id, OrderEvent.PAY)
    await advance_now(PLATFORM, order.order_id, OrderEvent.REFUND)

    await refund_payment(await event_of(order.order_id, "order.refunded"), order.order_id, provider=provider)

    assert provider.asked == []
