"""The orders of the demo shop in memory: what analysts, forecasts and recommendations will find in them."""

from datetime import UTC, date, datetime
from uuid import UUID

import numpy as np
import pytest
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it carries no types

from domain.recommendations.interactions import Interactions
from domain.recommendations.taste import Parameters
from domain.recommendations.validation import Quality, validate
from hanse.seed.arrays import DAY, Ints
from hanse.seed.demo import Demo, make_demo
from hanse.seed.lifecycle import DELIVERED, NEVER, PAID, PENDING, RETURNED, SHIPPED, STATES
from hanse.seed.scale import Scale
from tests.hanse.seed.sizes import THE_DAY, TINY


def orders_by_day(demo: Demo, *, country: str | None = None) -> dict[date, int]:
    people = demo.shop.customers.people
    days = [
        datetime.fromtimestamp(placed / 1000, UTC).date()
        for placed, customer in zip(demo.history.lives.placed.tolist(), demo.history.customer.tolist(), strict=True)
        if country in (None, people[customer].country)
    ]
    return {day: days.count(day) for day in set(days)}


def department_of_lines(demo: Demo) -> Ints:
    departments = [category.department for category in demo.shop.words.categories]
    products = [departments[product.category] for product in demo.shop.catalogue.products]
    return np.array(products)[demo.history.lines.product]


def judged(demo: Demo) -> Quality:
    history = demo.history
    kept = np.isin(history.lives.state[history.lines.order], (PAID, SHIPPED, DELIVERED))
    kept &= history.lines.quantity > history.returned
    order, item = history.lines.order[kept], history.lines.product[kept]
    interactions = Interactions(
        customers=[UUID(int=n) for n in range(len(demo.keys.customers))],
        products=[UUID(int=n) for n in range(len(demo.keys.products))],
        customer=history.customer[order],
        item=item,
        basket=order,
        day=history.lives.placed[order] // DAY,
    )
    with threadpool_limits(limits=1, user_api="blas"):
        end = int(interactions.day.max()) + 1
        return validate(interactions, np.arange(len(demo.keys.products)), end, Parameters())


def test_the_orders_fill_eighteen_months_and_end_yesterday(demo: Demo) -> None:
    days = orders_by_day(demo)

    assert max(days) == date(2026, 11, 22)
    assert min(days) == date(2025, 5, 24)
    assert len(days) >= 540


def test_weekends_and_advent_sell_more_and_the_shop_grows(demo: Demo) -> None:
    days = orders_by_day(demo)
    weekend = np.mean([count for day, count in days.items() if day.weekday() >= 5])
    working = np.mean([count for day, count in days.items() if day.weekday() < 5])
    before_christmas = sum(
        count for day, count in days.items() if (2025, 11, 15) <= day.timetuple()[:3] < (2025, 12, 15)
    )
    after_christmas = sum(count for day, count in days.items() if (2026, 1, 1) <= day.timetuple()[:3] < (2026, 1, 31))
    first_autumn = sum(count for day, count in days.items() if (2025, 9, 1) <= day.timetuple()[:3] < (2025, 11, 1))
    second_autumn = sum(count for day, count in days.items() if (2026, 9, 1) <= day.timetuple()[:3] < (2026, 11, 1))

    assert weekend > 1.2 * working
    assert before_christmas > 1.3 * after_christmas
    assert second_autumn > 1.3 * first_autumn


def test_singles_day_is_a_chinese_peak(demo: Demo) -> None:
    chinese, german = orders_by_day(demo, country="CN"), orders_by_day(demo, country="DE")

    singles, before = [date(2026, 11, day) for day in (9, 10, 11)], [date(2026, 11, day) for day in (2, 3, 4)]

    assert sum(chinese.get(day, 0) for day in singles) > 2 * sum(chinese.get(day, 0) for day in before)
    assert sum(german.get(day, 0) for day in singles) < 1.5 * sum(german.get(day, 0) for day in before)


def test_gardening_sells_in_spring(demo: Demo) -> None:
    gardening = [department.slug for department in demo.shop.words.departments].index("gardening")
    month = [datetime.fromtimestamp(placed / 1000, UTC).month for placed in demo.history.lives.placed.tolist()]
    months = np.array(month)[demo.history.lines.order]

    share = [(department_of_lines(demo)[months == number] == gardening).mean() for number in (4, 11)]

    assert share[0] > 2 * share[1]


def test_a_line_is_charged_the_list_price_or_less_in_a_campaign(demo: Demo) -> None:
    history = demo.history
    listed = history.unit * history.lines.quantity

    reduced = history.charged < listed

    assert (history.charged <= listed).all()
    assert 0.03 < reduced.mean() < 0.3
    assert (history.charged[reduced] / listed[reduced]).min() == pytest.approx(0.75, abs=0.01)


def test_everything_was_launched_before_it_was_ordered(demo: Demo) -> None:
    launched = np.array([moment.timestamp() * 1000 for moment in demo.keys.launched_at])
    joined = np.array([moment.timestamp() * 1000 for moment in demo.keys.joined_at])
    placed = demo.history.lives.placed

    assert (launched[demo.history.lines.product] <= placed[demo.history.lines.order]).all()
    assert (joined[demo.history.customer] <= placed).all()


def test_customers_come_back_for_what_is_used_up(demo: Demo) -> None:
    lines = demo.history.lines
    pairs = demo.history.customer[lines.order] * len(demo.keys.products) + lines.product
    _, first, count = np.unique(pairs, return_index=True, return_counts=True)
    repeat = demo.shop.demand.repeat[lines.product[first]]

    assert (count[repeat >= 0.7] >= 3).mean() > 0.1
    assert (count[repeat == 0] >= 3).mean() < 0.03


def test_baskets_hold_what_goes_together(demo: Demo) -> None:
    slugs = [category.slug for category in demo.shop.words.categories]
    category = np.array([product.category for product in demo.shop.catalogue.products])[demo.history.lines.product]
    holds = np.zeros((len(demo.history.total), len(slugs)), dtype=bool)
    holds[demo.history.lines.order, category] = True

    for one, other in (("boots", "socks"), ("teapots-kettles", "loose-tea"), ("pens", "inks")):
        with_one, with_other = holds[:, slugs.index(one)], holds[:, slugs.index(other)]
        assert with_other[with_one].mean() > 2.5 * with_other.mean(), (one, other)


def test_orders_end_in_every_state_and_the_newest_are_under_way(demo: Demo) -> None:
    lives = demo.history.lives
    share = dict(zip(STATES, np.bincount(lives.state, minlength=len(STATES)) / len(lives.state), strict=True))

    assert 0.85 < share["delivered"] < 0.95
    assert all(share[state] > 0.005 for state in ("cancelled", "refunded", "returned", "shipped"))
    assert (lives.state == PENDING).sum() == 12
    assert (lives.state == PAID).sum() > 50
    assert (lives.placed[np.isin(lives.state, (PENDING, PAID))] > lives.placed.max() - 15 * DAY).all()


def test_nothing_happened_out_of_turn_or_after_yesterday(demo: Demo) -> None:
    lives = demo.history.lives
    midnight = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp() * 1000)

    for earlier, later in (
        (lives.placed, lives.paid),
        (lives.paid, lives.shipped),
        (lives.shipped, lives.delivered),
        (lives.placed, lives.ended),
        (lives.shipped, np.where(lives.state == RETURNED, lives.ended, NEVER)),
    ):
        assert (earlier[later != NEVER] != NEVER).all()
        assert (earlier[later != NEVER] < later[later != NEVER]).all()
    assert lives.updated.max() < midnight


def test_units_come_back_of_returned_orders_and_of_a_few_delivered_ones(demo: Demo) -> None:
    history = demo.history
    state = history.lives.state[history.lines.order]

    assert (history.returned[state == RETURNED] == history.lines.quantity[state == RETURNED]).all()
    assert 0 < (history.returned[state == DELIVERED] > 0).mean() < 0.1
    assert (history.returned[~np.isin(state, (RETURNED, DELIVERED))] == 0).all()


def test_what_was_bought_tells_more_about_a_customer_than_what_everybody_buys() -> None:
    """On the whole shop the ratio is above 2; here there is room for a small shop's chance."""
    small = make_demo(Scale(products=240, customers=500, orders=6_000), THE_DAY.date(), 100_000)

    quality = judged(small)

    assert quality.customers > 100
    assert quality.model > 1.4 * quality.popularity


def test_the_same_number_and_day_give_the_same_orders() -> None:
    first, again = (make_demo(TINY, THE_DAY.date(), 100_000) for _ in range(2))

    assert first.keys == again.keys
    assert (first.history.charged == again.history.charged).all()
    assert (first.stock.on_hand == again.stock.on_hand).all()
