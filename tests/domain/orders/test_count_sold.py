from uuid import UUID

import pytest

from domain.orders.count_sold import count_sold
from domain.orders.states import OrderEvent
from domain.shared.database import rows, value
from tests.factories.goods import Goods, some_goods
from tests.factories.orders import an_order
from tests.factories.people import a_person


async def _deliver(order_id: UUID, *, times: int = 1) -> None:
    """Hand every event of the order that counts to the consumer."""
    events = await rows(
        """SELECT id FROM event WHERE subject_id = $1 AND kind IN ('order.paid', 'order.refunded', 'order.returned')
           ORDER BY serial""",
        order_id,
    )
    for event in events:
        for _ in range(times):
            await count_sold(event["id"], order_id)


async def _sold(goods: Goods) -> int:
    found: int = await value("SELECT sold FROM product_listing WHERE product_id = $1", goods.product_id)
    return found


async def test_what_is_paid_counts_as_sold_once_however_often_it_is_told() -> None:
    goods = await some_goods()
    order_id = await an_order(await a_person(), goods, 3, events=(OrderEvent.PAY,))

    await _deliver(order_id, times=3)

    assert await _sold(goods) == 3


@pytest.mark.parametrize(
    "events", [(OrderEvent.PAY, OrderEvent.REFUND), (OrderEvent.PAY, OrderEvent.SHIP, OrderEvent.RETURN)]
)
async def test_what_comes_back_is_taken_off_again(events: tuple[OrderEvent, ...]) -> None:
    goods = await some_goods()

    await _deliver(await an_order(await a_person(), goods, 3, events=(OrderEvent.PAY,)))
    await _deliver(await an_order(await a_person(), goods, 2, events=events))

    assert await _sold(goods) == 3
