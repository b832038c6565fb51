"""From order.placed to a paid order, against PostgreSQL."""

import asyncio
from uuid import UUID

import orjson
import pytest

from domain.orders.states import OrderState
from domain.payments.authorise import AUTHORISE_PAYMENT, authorise_payment
from domain.payments.queries import payments_of
from domain.payments.risk import RiskInputs, judge
from domain.shared.database import in_transaction, row, value
from domain.shared.errors import NotFound
from domain.shared.ids import new_id
from domain.shared.money import Money
from tests.domain.payments.providers import FakeProvider
from tests.factories.goods import stock_of
from tests.factories.payments import bought, event_of, state_of, transactions_of
from tests.factories.people import a_person


async def test_an_order_is_authorised_captured_and_paid_through_the_sandbox() -> None:
    order = await bought(minor=4_250)

    await authorise_payment(order.event_id, order.order_id)

    payment = (await payments_of([order.order_id]))[order.order_id]
    assert (payment.state, payment.amount, payment.provider) == ("captured", Money(4_250, "EUR"), "sandbox")
    assert await state_of(order.order_id) is OrderState.PAID
    assert await transactions_of(order.order_id) == [("authorise", "succeeded"), ("capture", "succeeded")]
    assert await event_of(order.order_id, "order.paid")
    done = await value(
        "SELECT done_at IS NOT NULL FROM inbox_entry WHERE event_id = $1 AND consumer = $2",
        order.event_id,
        AUTHORISE_PAYMENT,
    )
    assert done


async def test_delivered_again_it_does_nothing_more() -> None:
    order, provider = await bought(), FakeProvider()
    await authorise_payment(order.event_id, order.order_id, provider=provider)

    await authorise_payment(order.event_id, order.order_id, provider=provider)

    assert provider.asked == ["authorise", "capture"]
    assert await state_of(order.order_id) is OrderState.PAID
    assert await value("SELECT version FROM orders WHERE id = $1", order.order_id) == 2


async def test_ten_deliveries_at_once_capture_once_and_pay_once() -> None:
    order, provider = await bought(), FakeProvider(after=lambda _: asyncio.sleep(0.01))

    await asyncio.gather(*(authorise_payment(order.event_id, order.order_id, provider=provider) for _ in range(10)))

    assert provider.effects == ["authorise", "capture"]
    paid = await value("SELECT count(*) FROM event WHERE subject_id = $1 AND kind = 'order.paid'", order.order_id)
    assert paid == 1
    assert await transactions_of(order.order_id) == [("authorise", "succeeded"), ("capture", "succeeded")]


async def test_the_provider_is_asked_outside_any_transaction_with_the_call_written_down() -> None:
    order = await bought()
    seen: list[tuple[bool, list[tuple[str, str]]]] = []

    async def look(_: str) -> None:
        seen.append((in_transaction(), await transactions_of(order.order_id)))

    await authorise_payment(order.event_id, order.order_id, provider=FakeProvider(before=look))

    assert seen == [
        (False, [("authorise", "requested")]),
        (False, [("authorise", "succeeded"), ("capture", "requested")]),
    ]


async def test_a_declined_payment_cancels_the_order_and_gives_its_stock_back() -> None:
    order = await bought(minor=51_666)
    assert await stock_of(order.goods[0].variant_id) == (5, 1)

    await authorise_payment(order.event_id, order.order_id)

    payment = (await payments_of([order.order_id]))[order.order_id]
    assert (payment.state, payment.reason) == ("declined", "DECLINED")
    assert await state_of(order.order_id) is OrderState.CANCELLED
    assert await transactions_of(order.order_id) == [("authorise", "failed")]
    assert await stock_of(order.goods[0].variant_id) == (5, 0)


async def test_a_capture_that_is_refused_cancels_the_order() -> None:
    order, provider = await bought(), FakeProvider(declines=frozenset({"capture"}))

    await authorise_payment(order.event_id, order.order_id, provider=provider)

    assert await state_of(order.order_id) is OrderState.CANCELLED
    assert await transactions_of(order.order_id) == [("authorise", "succeeded"), ("capture", "failed")]


async def test_a_high_amount_waits_for_a_person_with_nothing_asked_of_the_provider() -> None:
    order, provider = await bought(minor=100_000), FakeProvider()

    await authorise_payment(order.event_id, order.order_id, provider=provider)

    assert provider.asked == []
    assert await payments_of([order.order_id]) == {}
    assert await state_of(order.order_id) is OrderState.PENDING
    assert await _decision(order.order_id) == ("review", ["AMOUNT_HIGH"])


async def test_the_eleventh_order_of_an_hour_is_rejected_and_cancelled() -> None:
    buyer, provider = await a_person(), FakeProvider()
    orders = [await bought(minor=100 + number, buyer=buyer) for number in range(11)]

    await authorise_payment(orders[-1].event_id, orders[-1].order_id, provider=provider)

    assert provider.asked == []
    assert await state_of(orders[-1].order_id) is OrderState.CANCELLED
    assert await _decision(orders[-1].order_id) == ("reject", ["ORDERS_PER_HOUR"])


@pytest.mark.parametrize("minor", [4_250, 100_000])
async def test_a_decision_can_be_drawn_again_from_its_stored_inputs(minor: int) -> None:
    order = await bought(minor=minor)
    await authorise_payment(order.event_id, order.order_id)

    stored = await row("SELECT decision, reasons, inputs FROM risk_decision WHERE order_id = $1", order.order_id)

    assert stored is not None
    again = judge(RiskInputs(**orjson.loads(stored["inputs"])))
    assert (again.decision, list(again.reasons)) == (stored["decision"], orjson.loads(stored["reasons"]))


async def test_an_order_that_does_not_exist_is_refused() -> None:
    order_id = new_id()

    with pytest.raises(NotFound) as refusal:
        await authorise_payment(new_id(), order_id)

    assert (refusal.value.kind, refusal.value.id) == ("Order", order_id)


async def _decision(order_id: UUID) -> tuple[str, list[str]]:
    stored = await row("SELECT decision, reasons FROM risk_decision WHERE order_id = $1", order_id)
    assert stored is not None
    return stored["decision"], orjson.loads(stored["reasons"])
