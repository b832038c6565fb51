"""Advice on what to buy, over the API."""

from collections.abc import Sequence
from uuid import UUID

from domain.recommendations.events import TrainingDue
from domain.recommendations.learn import Learned, Suggestions
from domain.recommendations.publish import publish_run, start_run
from domain.recommendations.taste import Parameters
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer
from tests.api.client import Client, signed_in
from tests.api.operations import execute
from tests.factories.goods import Goods, some_goods
from tests.factories.people import a_person
from tests.statements import counted_statements

MINE = """query($first: Int!) { me { recommendations(first: $first) {
    score reason product { slug priceFrom { currency } } } } }"""
BESIDE = """query($slug: String!, $first: Int!) { product(slug: $slug, currency: "USD") {
    boughtTogether(first: $first) { slug priceFrom { currency } boughtTogether(first: 1) { slug } } } }"""
LISTED = """query($first: Int!) { products(first: $first) { nodes {
    slug boughtTogether(first: 2) { name variants { price { amount } } } } } }"""
RUNS = """{ recommendationRuns(first: 1) { state reason seed regularization ndcgAt10 popularityNdcgAt10
    judgedCustomers seconds } }"""


async def _published(*, to: Viewer | None = None, first: Sequence[Goods] = (), popular: Sequence[Goods] = ()) -> UUID:
    """A published version: `first` is suggested to `to` and stands beside each of `first`."""
    run_id = await use_case(emit)(TrainingDue(subject_id=new_id(), sequence=1))
    ids = [goods.product_id for goods in first]
    scores = [float(len(ids) - place) for place in range(len(ids))]
    learned = Learned(
        for_customers=[Suggestions(to.signed_in(), ids, scores)] if to else [],
        for_products=[Suggestions(id, [other for other in ids if other != id], scores[1:]) for id in ids],
        popular=[goods.product_id for goods in popular],
        metrics={
            "ndcg_at_10": 0.2,
            "popularity_ndcg_at_10": 0.1,
            "judged_customers": 30,
            "seconds": {"fit": 1.5, "rank": 0.5},
        },
        parameters=Parameters(),
        refusal=None,
    )
    await start_run(run_id, Parameters(), now())
    await publish_run(run_id, learned)
    return run_id


async def test_a_customer_sees_what_was_learned_for_them_in_their_currency(api: str) -> None:
    customer, goods = await a_person(), [await some_goods() for _ in range(3)]
    await _published(to=customer, first=goods)

    shown = (await (await signed_in(api, customer)).ask(MINE, first=2))["me"]["recommendations"]

    assert shown == [
        {"score": 3.0, "reason": "TASTE", "product": {"slug": goods[0].slug, "priceFrom": {"currency": "EUR"}}},
        {"score": 2.0, "reason": "TASTE", "product": {"slug": goods[1].slug, "priceFrom": {"currency": "EUR"}}},
    ]


async def test_a_newcomer_sees_what_is_popular(api: str) -> None:
    newcomer, goods = await a_person(), await some_goods()
    await _published(popular=[goods])

    shown = (await (await signed_in(api, newcomer)).ask(MINE, first=5))["me"]["recommendations"]

    assert [(one["product"]["slug"], one["reason"], one["score"]) for one in shown] == [(goods.slug, "POPULAR", None)]


async def test_products_that_left_the_shop_are_not_suggested(api: str) -> None:
    customer, goods = await a_person(), [await some_goods() for _ in range(3)]
    await _published(to=customer, first=goods)
    await run("DELETE FROM product_listing WHERE product_id = $1", goods[0].product_id)

    shown = (await (await signed_in(api, customer)).ask(MINE, first=2))["me"]["recommendations"]

    assert [one["product"]["slug"] for one in shown] == [goods[1].slug, goods[2].slug]


async def test_a_product_shows_what_is_bought_with_it_in_the_currency_asked_for(api: str) -> None:
    goods = [await some_goods() for _ in range(3)]
    await _published(first=goods)

    shown = (await Client(api).ask(BESIDE, slug=goods[0].slug, first=5))["product"]["boughtTogether"]

    assert shown == [
        {"slug": goods[1].slug, "priceFrom": {"currency": "USD"}, "boughtTogether": [{"slug": goods[0].slug}]},
        {"slug": goods[2].slug, "priceFrom": {"currency": "USD"}, "boughtTogether": [{"slug": goods[0].slug}]},
    ]


async def test_a_page_size_out_of_range_is_refused(api: str) -> None:
    goods = await some_goods()

    refusal = await Client(api).refusal(BESIDE, slug=goods.slug, first=0)

    assert (refusal["code"], refusal["field"]) == ("INVALID_INPUT", "first")


async def test_a_list_with_what_is_bought_together_costs_eight_statements_for_one_and_for_twenty(
    shop: Settings,
) -> None:
    await _published(first=[await some_goods() for _ in range(20)])

    counts = {}
    for first in (1, 20):
        async with counted_statements(shop) as statements:
            data = await execute(LISTED, first=first)
        assert all(len(one["boughtTogether"]) == 2 for one in data["products"]["nodes"])
        counts[first] = len(statements)

    assert counts == {1: 8, 20: 8}


async def test_training_runs_are_shown_to_analysts_only(api: str) -> None:
    await _published()
    analyst, customer = await signed_in(api, await a_person("analyst")), await signed_in(api, await a_person())

    newest = (await analyst.ask(RUNS))["recommendationRuns"][0]
    refusal = await customer.refusal(RUNS)

    assert newest == {
        "state": "published",
        "reason": None,
        "seed": Parameters().seed,
        "regularization": 10.0,
        "ndcgAt10": 0.2,
        "popularityNdcgAt10": 0.1,
        "judgedCustomers": 30,
        "seconds": 2.0,
    }
    assert (refusal["code"], refusal["permission"]) == ("NOT_ALLOWED", "recommendations.read")
