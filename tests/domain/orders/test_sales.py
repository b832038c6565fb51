from datetime import date, datetime, timedelta
from uuid import UUID

from domain.orders.sales import (
    CustomerSpending,
    DailySales,
    customer_spending,
    revenue_by_day,
    sales_by_day_and_group,
)
from domain.orders.states import OrderEvent
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.viewer import Viewer
from tests.factories.goods import Goods, some_goods
from tests.factories.orders import an_order
from tests.factories.people import a_person

DAY = date(2023, 5, 17)


async def _sold(buyer: Viewer, goods: Goods, quantity: int, at: str, *, currency: str = "EUR") -> UUID:
    order_id = await an_order(buyer, goods, quantity, events=(OrderEvent.PAY,))
    await run(
        "UPDATE orders SET placed_at = $2, currency = $3 WHERE id = $1", order_id, datetime.fromisoformat(at), currency
    )
    return order_id


async def test_sales_are_summed_by_day_and_group() -> None:
    buyer, tea, pots = await a_person(), await some_goods(prices={"EUR": 700}), await some_goods(prices={"EUR": 1000})
    await _sold(buyer, tea, 1, "2023-05-17T00:00:00+00:00")
    await _sold(buyer, tea, 2, "2023-05-17T23:59:59+00:00")
    await _sold(buyer, pots, 3, "2023-05-18T01:00:00+02:00")
    await _sold(buyer, pots, 1, "2023-05-18T12:00:00+00:00")
    await _sold(buyer, tea, 9, "2023-05-19T00:00:00+00:00")

    found = await sales_by_day_and_group(DAY, DAY + timedelta(days=1), "EUR", {tea.product_id: 1, pots.product_id: 2})

    assert found == [
        DailySales(DAY, 1, 2, 3, 2100),
        DailySales(DAY, 2, 1, 3, 3000),
        DailySales(DAY + timedelta(days=1), 2, 1, 1, 1000),
    ]


async def test_returned_units_and_their_share_of_the_money_are_taken_off() -> None:
    buyer, tea = await a_person(), await some_goods(prices={"EUR": 333})
    order_id = await _sold(buyer, tea, 3, "2023-05-17T12:00:00+00:00")
    await run("UPDATE order_line SET returned = 1, total_minor = 1000 WHERE order_id = $1", order_id)

    found = await sales_by_day_and_group(DAY, DAY, "EUR", {tea.product_id: 0})

    assert found == [DailySales(DAY, 0, 1, 2, 667)]


async def test_other_currencies_and_products_without_a_group_are_left_out() -> None:
    buyer, tea, pots = await a_person(), await some_goods(), await some_goods()
    await _sold(buyer, tea, 1, "2023-05-17T12:00:00+00:00", currency="USD")
    await _sold(buyer, pots, 1, "2023-05-17T12:00:00+00:00")

    assert await sales_by_day_and_group(DAY, DAY, "EUR", {tea.product_id: 0}) == []


async def test_revenue_by_day_ends_with_the_day_asked_for() -> None:
    buyer, tea = await a_person(), await some_goods(prices={"EUR": 500})
    for at in ("2022-01-01T10:00:00+00:00", "2022-01-03T10:00:00+00:00", "2022-01-04T00:00:00+00:00"):
        await _sold(buyer, tea, 1, at, currency="XTS")

    found = await revenue_by_day(date(2022, 1, 3), "XTS")

    assert found == [(date(2022, 1, 1), 500), (date(2022, 1, 3), 500)]


async def test_spending_is_counted_per_currency_and_without_what_did_not_stand() -> None:
    buyer, tea = await a_person(), await some_goods(prices={"EUR": 500})
    await _sold(buyer, tea, 1, "2023-05-17T12:00:00+00:00")
    await _sold(buyer, tea, 2, "2023-05-19T12:00:00+00:00")
    await _sold(buyer, tea, 4, "2023-05-18T12:00:00+00:00", currency="USD")
    await an_order(buyer, tea, events=(OrderEvent.CANCEL,))

    found = [one for one in await customer_spending(now()) if one.customer_id == buyer.user_id]

    assert found == [
        CustomerSpending(buyer.signed_in(), "EUR", date(2023, 5, 19), 2, 1500),
        CustomerSpending(buyer.signed_in(), "USD", date(2023, 5, 18), 1, 2000),
    ]
