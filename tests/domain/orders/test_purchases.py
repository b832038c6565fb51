from datetime import timedelta
from uuid import UUID

import numpy as np

from domain.orders.purchases import purchase_lines
from domain.orders.states import OrderEvent
from domain.shared.clock import now
from domain.shared.database import run
from tests.factories.goods import some_goods
from tests.factories.orders import an_order
from tests.factories.people import a_person

PAID = (OrderEvent.PAY,)


async def _bought_by(buyer_id: UUID) -> list[tuple[UUID, UUID, str]]:
    lines = await purchase_lines(now() + timedelta(days=1))
    own = [index for index, customer in enumerate(lines.customers) if customer.tobytes() == buyer_id.bytes]
    return [
        (UUID(bytes=lines.products[n].tobytes()), UUID(bytes=lines.orders[n].tobytes()), str(lines.days[n]))
        for n in own
    ]


async def test_a_paid_line_is_a_purchase_on_its_day() -> None:
    buyer, goods = await a_person(), await some_goods()
    order_id = await an_order(buyer, goods, events=PAID)
    await run("UPDATE orders SET placed_at = '2024-02-29T23:59:59Z' WHERE id = $1", order_id)

    assert await _bought_by(buyer.signed_in()) == [(goods.product_id, order_id, "2024-02-29")]


async def test_what_was_not_paid_or_not_kept_is_no_purchase() -> None:
    buyer, goods = await a_person(), await some_goods()
    await an_order(buyer, goods)
    await an_order(buyer, goods, events=(OrderEvent.CANCEL,))
    await an_order(buyer, goods, events=(OrderEvent.PAY, OrderEvent.REFUND))
    returned = await an_order(buyer, goods, 2, events=PAID)
    await run("UPDATE order_line SET returned = 2 WHERE order_id = $1", returned)
    partly = await an_order(buyer, goods, 2, events=PAID)
    await run("UPDATE order_line SET returned = 1 WHERE order_id = $1", partly)

    assert [order_id for _, order_id, _ in await _bought_by(buyer.signed_in())] == [partly]


async def test_later_orders_are_left_out() -> None:
    buyer, goods = await a_person(), await some_goods()
    await an_order(buyer, goods, events=PAID)

    lines = await purchase_lines(now() - timedelta(days=1))

    assert buyer.signed_in().bytes not in {customer.tobytes() for customer in lines.customers}


async def test_no_purchases_are_empty_arrays() -> None:
    lines = await purchase_lines(now() - timedelta(days=36_500))

    assert len(lines.customers) == len(lines.products) == len(lines.orders) == len(lines.days) == 0
    assert lines.days.dtype == np.dtype("datetime64[D]")
