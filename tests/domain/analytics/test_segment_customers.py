import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.analytics.events import SegmentationDue
from domain.analytics.queries import customer_segments
from domain.analytics.segment_customers import merged, segment_customers
from domain.orders.sales import CustomerSpending
from domain.shared.clock import clock_at
from domain.shared.database import row, run, value
from domain.shared.errors import NotAllowed
from domain.shared.ids import new_id
from domain.shared.money import Money
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer
from tests.factories.people import a_person
from tests.factories.purchases import FIRST_DAY, Bought, customer_id, store

pytestmark = pytest.mark.usefixtures("own_shop")

LATER = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=300)
ANALYST = Viewer(user_id=new_id(), permissions=frozenset({"segments.read"}))


def _history() -> list[Bought]:
    """Forty customers: ten come often and lately, ten now and then, ten came once lately, ten once long ago."""
    visits = {0: range(240, 300, 2), 1: range(210, 296, 10), 2: range(285, 286), 3: range(5, 6)}
    return [
        Bought(kind * 10 + number, number, kind * 10_000 + number * 1000 + day, day - number % 3)
        for kind, days in visits.items()
        for number in range(10)
        for day in days
    ]


async def _due() -> UUID:
    return await use_case(emit)(SegmentationDue(subject_id=new_id(), sequence=1))


async def _segment() -> UUID:
    event_id = await _due()
    with clock_at(LATER):
        await segment_customers(event_id)
    return event_id


async def test_customers_are_segmented_and_the_segments_named() -> None:
    await store(_history())

    await _segment()

    segments = await customer_segments(ANALYST)
    assert [one.key for one in segments[:2]] == ["champions", "loyal"]
    assert {one.key: one.size for one in segments} == {"champions": 10, "loyal": 10, "occasional": 10, "dormant": 10}
    champions = segments[0]
    assert champions.frequency == 30
    assert (champions.money.minor, champions.money.currency) == (30_000, "EUR")
    assert champions.recency_days == pytest.approx(2.9)


async def test_members_belong_to_their_segment() -> None:
    await store(_history())

    await _segment()

    found = await row(
        """SELECT s.name FROM segment_member m JOIN customer_segment s ON s.id = m.segment_id
           WHERE m.customer_id = $1""",
        customer_id(35),
    )
    assert found is not None
    assert found["name"] == "dormant"
    assert await value("SELECT count(*) FROM segment_member") == 40


async def test_the_run_keeps_what_it_was_made_of() -> None:
    await store(_history())

    run_id = await _segment()

    stored = await row("SELECT seed, metrics->>'silhouette' AS silhouette FROM segment_run WHERE id = $1", run_id)
    assert stored is not None
    assert stored["seed"] == 20_260_101
    assert float(stored["silhouette"]) > 0.5


async def test_the_same_event_at_once_and_again_is_one_run() -> None:
    await store(_history())
    event_id = await _due()

    with clock_at(LATER):
        await asyncio.gather(segment_customers(event_id), segment_customers(event_id))
        await segment_customers(event_id)

    assert await value("SELECT count(*) FROM segment_run") == 1
    assert await value("SELECT count(*) FROM customer_segment") == 4


async def test_the_run_before_is_kept_and_older_ones_go() -> None:
    await store(_history())

    made = [await _segment() for _ in range(3)]

    states = {run_id: await value("SELECT state FROM segment_run WHERE id = $1", run_id) for run_id in made}
    assert states == {made[0]: None, made[1]: "retired", made[2]: "published"}
    assert await value("SELECT count(*) FROM segment_member") == 80


async def test_too_few_customers_leave_everything_as_it_is() -> None:
    await store([Bought(1, 1, 1, 0), Bought(2, 1, 2, 0)])

    event_id = await _segment()

    assert await customer_segments(ANALYST) == []
    assert await value("SELECT done_at IS NOT NULL FROM inbox_entry WHERE event_id = $1", event_id)


async def test_segments_are_for_those_who_may_read_them() -> None:
    with pytest.raises(NotAllowed) as refused:
        await customer_segments(await a_person())

    assert refused.value.permission == "segments.read"


async def test_all_orders_count_and_the_currency_of_most_decides_the_money() -> None:
    spending = [
        CustomerSpending(customer_id(1), "EUR", date(2026, 1, 3), 1, 900),
        CustomerSpending(customer_id(1), "USD", date(2026, 1, 1), 4, 4000),
        CustomerSpending(customer_id(2), "EUR", date(2026, 1, 2), 1, 100),
    ]

    one, other = merged(spending)

    assert (one.customer_id, one.last_day, one.orders) == (customer_id(1), date(2026, 1, 3), 5)
    assert (one.currency, one.spent_minor) == ("USD", 4000)
    assert (other.orders, other.spent_minor) == (1, 100)


async def test_a_segments_money_is_in_the_currency_that_most_of_it_pay_in() -> None:
    await store(_history())
    in_yuan = [number for number in range(40) if number % 10 >= (6 if number // 10 == 1 else 4)]
    await run(
        "UPDATE orders SET currency = 'CNY' WHERE buyer_id = ANY($1)", [customer_id(number) for number in in_yuan]
    )
    await run(
        "UPDATE order_line SET total_minor = 5000 WHERE order_id IN (SELECT id FROM orders WHERE currency = 'CNY')"
    )

    await _segment()

    champions, loyal = (await customer_segments(ANALYST))[:2]
    assert (champions.key, champions.size, champions.money) == ("champions", 10, Money(150_000, "CNY"))
    assert (loyal.key, loyal.money.currency) == ("loyal", "EUR")
