"""Real workers, killed and starved in the middle of payments."""

import asyncio
from uuid import UUID

import pytest
from redis import Redis

from domain.orders.queries import facts
from domain.orders.states import OrderState
from domain.shared.database import rows, value
from domain.shared.settings import Settings
from tests.e2e.waiting import until
from tests.factories.goods import some_goods
from tests.factories.orders import an_order
from tests.factories.people import a_person
from tests.processes import running

pytestmark = pytest.mark.usefixtures("relay")
SLOW = {"HANSE_SANDBOX_DELAY_SECONDS": "0.7"}


async def _asked_for(order_id: UUID, kind: str) -> bool:
    found: bool = await value(
        """SELECT EXISTS (SELECT 1 FROM payment_transaction t JOIN payment p ON p.id = t.payment_id
           WHERE p.order_id = $1 AND t.kind = $2)""",
        order_id,
        kind,
    )
    return found


async def _is_paid(order_id: UUID) -> bool:
    order = await facts(order_id)
    return order is not None and order.state is OrderState.PAID


async def _captures(order_id: UUID) -> list[tuple[str, bool]]:
    """What the provider itself remembers."""
    found = await rows(
        """SELECT s.kind, s.succeeded FROM sandbox_operation s JOIN payment p ON s.key LIKE p.id || ':%'
           WHERE p.order_id = $1 AND s.kind = 'capture'""",
        order_id,
    )
    return [(one["kind"], one["succeeded"]) for one in found]


@pytest.mark.parametrize("moment", ["authorise", "capture"])
async def test_a_worker_killed_in_the_middle_of_a_payment_leaves_one_capture(shop: Settings, moment: str) -> None:
    buyer, goods = await a_person(), await some_goods()
    async with running("workers.run", "--queue", "default", shop=shop, **SLOW) as doomed:
        order_id = await an_order(buyer, goods)
        await until(lambda: _asked_for(order_id, moment))
        await asyncio.sleep(0.3)  # the provider has acted and its answer is on the way
        doomed.kill()
        await doomed.wait()
    assert not await _is_paid(order_id)

    async with running("workers.run", "--queue", "default", shop=shop):
        await until(lambda: _is_paid(order_id), seconds=60)

    assert await _captures(order_id) == [("capture", True)]
    asked = await rows(
        """SELECT t.kind, t.state FROM payment_transaction t JOIN payment p ON p.id = t.payment_id
           WHERE p.order_id = $1 ORDER BY t.requested_at""",
        order_id,
    )
    assert [tuple(one) for one in asked] == [("authorise", "succeeded"), ("capture", "succeeded")]


async def test_a_queue_that_is_emptied_in_the_middle_loses_no_payment(shop: Settings) -> None:
    buyer, goods = await a_person(), await some_goods()
    orders = [await an_order(buyer, goods) for _ in range(3)]
    await until(lambda: _all_enqueued(orders))
    with Redis.from_url(shop.redis_url) as redis:
        redis.flushall()

    async with running("workers.run", "--queue", "default", shop=shop):
        for order_id in orders:
            await until(lambda order_id=order_id: _is_paid(order_id), seconds=90)  # type: ignore[misc] # bound now

    for order_id in orders:
        assert await _captures(order_id) == [("capture", True)]


async def _all_enqueued(orders: list[UUID]) -> bool:
    found: int = await value(
        "SELECT count(*) FROM inbox_entry i JOIN event e ON e.id = i.event_id WHERE e.subject_id = ANY($1)", orders
    )
    return found == len(orders)
