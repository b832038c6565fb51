from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.recommendations.learn import Learned, learn
from domain.recommendations.taste import Parameters
from tests.factories.purchases import FIRST_DAY, Bought, as_lines, customer_id, product_id, tasteful

LIVE = [product_id(number) for number in range(240)]
LATER = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=300)


def _without_seconds(learned: Learned) -> Learned:
    return replace(learned, metrics={name: value for name, value in learned.metrics.items() if name != "seconds"})


def test_the_job_judges_itself_and_suggests_to_everybody() -> None:
    learned = learn(as_lines(tasteful()), LIVE, Parameters(), LATER)

    assert learned.refusal is None
    assert len(learned.for_customers) == 200
    assert {len(one.product_ids) for one in learned.for_customers} == {50}
    assert all(one.scores == sorted(one.scores, reverse=True) for one in learned.for_customers)
    assert learned.metrics["ndcg_at_10"] > learned.metrics["popularity_ndcg_at_10"]  # type: ignore[operator]  # numbers
    assert learned.metrics["purchase_lines"] == len(tasteful())
    assert {"implicit", "numpy", "scipy"} == set(learned.metrics["versions"])  # type: ignore[call-overload]  # a dict
    assert len(learned.popular) == 50


def test_the_same_purchases_and_seed_give_the_same_answer() -> None:
    one = learn(as_lines(tasteful()), LIVE, Parameters(), LATER)
    other = learn(as_lines(tasteful()[::-1]), LIVE[::-1], Parameters(), LATER)

    assert _without_seconds(one) == _without_seconds(other)


def test_products_out_of_sale_are_suggested_nowhere() -> None:
    gone = set(LIVE[:40])

    learned = learn(as_lines(tasteful()), LIVE[40:], Parameters(), LATER)

    shown = {product for one in learned.for_customers + learned.for_products for product in one.product_ids}
    assert shown
    assert not shown & gone
    assert not set(learned.popular) & gone


def test_a_model_that_ranks_below_popularity_is_refused() -> None:
    steady = [one for one in tasteful() if one.day < 210]
    swapped = [replace(one, customer=(one.customer + 4) % 200) for one in tasteful() if one.day >= 210]

    learned = learn(as_lines(steady + swapped), LIVE, Parameters(), LATER)

    metrics = learned.metrics
    assert metrics["ndcg_at_10"] < metrics["popularity_ndcg_at_10"]  # type: ignore[operator]  # numbers
    assert learned.refusal is not None
    assert "is below popularity's" in learned.refusal
    assert learned.for_customers == learned.for_products == learned.popular == []


def test_too_short_a_history_is_refused() -> None:
    bought = [Bought(1, 1, 1, 0), Bought(2, 1, 2, 0), Bought(1, 2, 3, 1)]

    learned = learn(as_lines(bought), LIVE, Parameters(), LATER)

    assert learned.refusal == "not enough history: 0 customers to judge by, 20 needed"


def test_an_empty_shop_is_refused() -> None:
    learned = learn(as_lines([]), [], Parameters(), LATER)

    assert learned.refusal is not None
    assert learned.metrics["customers"] == 0


def test_today_is_not_in_the_window_that_judges() -> None:
    today = LATER - timedelta(days=300 - 239)

    learned = learn(as_lines(tasteful()), LIVE, Parameters(), today)

    assert learned.metrics["window"] == ["2026-07-29", "2026-08-28"]
    assert today.date().isoformat() == "2026-08-28"


def test_a_past_long_gone_is_as_good_as_the_present() -> None:
    recent = [Bought(1000 + one.customer, 1000 + one.product, 10_000 + one.order, one.day + 3000) for one in tasteful()]

    live = [*LIVE, *(product_id(1000 + number) for number in range(240))]

    learned = learn(as_lines([*tasteful(), *recent]), live, Parameters(), LATER + timedelta(days=3000))

    of_the_past = {one.subject_id: one for one in learned.for_customers}
    own_group = [
        product.int % 8 == number % 8
        for number in range(200)
        for product in of_the_past[customer_id(number)].product_ids[:5]
    ]
    assert sum(own_group) / len(own_group) > 0.4
