"""Payments whose messages the queue forgets."""

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
