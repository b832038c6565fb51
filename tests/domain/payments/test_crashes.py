"""A worker may die anywhere: whatever it left, the next delivery ends with one capture and one order state."""

import asyncio

import pytest

from domain.orders.cancel import CancelOrder, cancel_order
from domain.orders.states import OrderEvent, OrderState
from domain.payments.authorise import authorise_payment
from domain.payments.give_back import refund_payment, void_payment
from domain.payments.provider import ProviderRefused, ProviderUnavailable
from domain.payments.queries import payments_of
from domain.shared.database import run, value
from domain.shared.viewer import PLATFORM
from tests.domain.payments.providers import FakeProvider
from tests.factories.orders import advance_now
from tests.factories.payments import Bought, bought, event_of, state_of, transactions_of


class WorkerKilled(BaseException):
    """What no `except Exception` catches."""


class BreaksOnce:
    """A hook that raises the first time it meets `kind`."""

    def __init__(self, kind: str, error: type[BaseException]) -> None:
        self._kind, self._error, self._broke = kind, error, False

    async def __call__(self, kind: str) -> None:
        if kind == self._kind and not self._broke:
            self._broke = True
            raise self._error


def broken(kind: str, when: str, error: type[BaseException] = ProviderUnavailable) -> FakeProvider:
    """A provider that fails once, before or after its effect."""
    hook = BreaksOnce(kind, error)
    return FakeProvider(before=hook) if when == "before" else FakeProvider(after=hook)


async def deliver(order: Bought, provider: FakeProvider) -> BaseException | None:
    try:
        await authorise_payment(order.event_id, order.order_id, provider=provider)
    except BaseException as error:  # noqa: BLE001 # the death of a worker is what is simulated
        return error
    return None


@pytest.mark.parametrize("error", [ProviderUnavailable, TimeoutError, asyncio.CancelledError, WorkerKilled])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["authorise", "capture"])
async def test_a_crash_around_a_call_is_made_good_by_the_next_delivery(
    kind: str, when: str, error: type[BaseException]
) -> None:
    order, provider = await bought(), broken(kind, when, error)

    crash = await deliver(order, provider)
    between = await state_of(order.order_id)
    again = await deliver(order, provider)

    assert isinstance(crash, error)
    assert between is OrderState.PENDING
    assert again is None
    assert provider.effects == ["authorise", "capture"]
    assert await state_of(order.order_id) is OrderState.PAID
    assert await transactions_of(order.order_id) == [("authorise", "succeeded"), ("capture", "succeeded")]
    assert await value("SELECT version FROM orders WHERE id = $1", order.order_id) == 2


@pytest.mark.parametrize("table", ["payment_transaction", "payment", "orders", "event", "inbox_entry"])
async def test_a_database_that_fails_in_any_step_leaves_work_that_the_next_delivery_finishes(table: str) -> None:
    order, provider = await bought(), FakeProvider()
    statement = "INSERT" if table in {"event", "inbox_entry"} else "UPDATE"
    await run(
        f"""CREATE FUNCTION fail_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'the disk is full'; END $$"""
    )
    await run(f"CREATE TRIGGER fails BEFORE {statement} ON {table} FOR EACH ROW EXECUTE FUNCTION fail_{table}()")

    crash = await deliver(order, provider)
    await run(f"DROP FUNCTION fail_{table} CASCADE")
    again = await deliver(order, provider)

    assert crash is not None
    assert "the disk is full" in str(crash)
    assert again is None
    assert provider.effects == ["authorise", "capture"]
    assert await state_of(order.order_id) is OrderState.PAID
    assert await transactions_of(order.order_id) == [("authorise", "succeeded"), ("capture", "succeeded")]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["authorise", "capture"])
async def test_a_buyer_who_cancels_while_the_worker_is_dead_pays_nothing(kind: str, when: str) -> None:
    order, provider = await bought(), broken(kind, when)
    await deliver(order, provider)
    await cancel_order(order.buyer, CancelOrder(order.order_id))
    cancelled = await event_of(order.order_id, "order.cancelled")

    await void_payment(cancelled, order.order_id, provider=provider)
    again = await deliver(order, provider)

    assert again is None
    assert (provider.captured, provider.authorised) == (0, 0)
    assert await state_of(order.order_id) is OrderState.CANCELLED
    payment = (await payments_of([order.order_id]))[order.order_id]
    assert payment.state == ("voided" if kind == "authorise" else "refunded")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_while_voiding_voids_once(when: str) -> None:
    order, provider = await bought(), broken("void", when)
    provider.declines = frozenset({"capture"})
    await deliver(order, provider)
    cancelled = await event_of(order.order_id, "order.cancelled")

    with pytest.raises(ProviderUnavailable):
        await void_payment(cancelled, order.order_id, provider=provider)
    await void_payment(cancelled, order.order_id, provider=provider)

    assert provider.effects == ["authorise", "void"]
    assert (await payments_of([order.order_id]))[order.order_id].state == "voided"


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_while_refunding_refunds_once(when: str) -> None:
    order, provider = await bought(), broken("refund", when)
    await deliver(order, provider)
    await advance_now(PLATFORM, order.order_id, OrderEvent.REFUND)
    refunded = await event_of(order.order_id, "order.refunded")

    with pytest.raises(ProviderUnavailable):
        await refund_payment(refunded, order.order_id, provider=provider)
    await refund_payment(refunded, order.order_id, provider=provider)

    assert provider.effects == ["authorise", "capture", "refund"]
    assert (await payments_of([order.order_id]))[order.order_id].state == "refunded"


async def test_a_refund_that_the_provider_refuses_is_a_fault_and_stays_open() -> None:
    order, provider = await bought(), FakeProvider(declines=frozenset({"refund"}))
    await deliver(order, provider)
    await advance_now(PLATFORM, order.order_id, OrderEvent.REFUND)
    refunded = await event_of(order.order_id, "order.refunded")

    with pytest.raises(ProviderRefused):
        await refund_payment(refunded, order.order_id, provider=provider)

    assert (await transactions_of(order.order_id))[-1] == ("refund", "requested")
    assert await value("SELECT count(*) FROM inbox_entry WHERE event_id = $1", refunded) == 0
