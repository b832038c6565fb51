from uuid import uuid4

import pytest

from api.ids import encode
from domain.shared.database import run
from tests.api.client import Client
from tests.factories.goods import Goods, some_goods

LIST = """query(
    $filter: ProductFilter, $sort: ProductSort! = NEWEST, $after: String, $first: Int! = 100, $currency: String) {
    products(filter: $filter, sort: $sort, after: $after, first: $first, currency: $currency) {
        nodes { id slug name priceFrom { minor currency } } edges { cursor } pageInfo { hasNextPage endCursor } } }"""


async def _priced(*minors: int) -> tuple[str, list[Goods]]:
    """Goods of one supplier at these prices, and the supplier's global id."""
    first = await some_goods(prices={"EUR": minors[0]})
    rest = [await some_goods(prices={"EUR": minor}, supplier_id=first.supplier_id) for minor in minors[1:]]
    return encode("Supplier", first.supplier_id), [first, *rest]


async def test_a_product_opens_by_slug_and_by_id_in_the_language_asked_for(api: str) -> None:
    goods = await some_goods()
    query = """query($s: String, $i: ID) { product(slug: $s, id: $i, currency: "USD") {
        name description variants { sku available options { name value } price { amount currency formatted } } } }"""

    english = (await Client(api).ask(query, s=goods.slug))["product"]
    chinese = (await Client(api, language="zh-CN").ask(query, i=encode("Product", goods.product_id)))["product"]

    assert english == {
        "name": "Tea pot",
        "description": "Holds tea.",
        "variants": [
            {
                "sku": goods.sku,
                "available": 100,
                "options": [{"name": "size", "value": "M"}],
                "price": {"amount": "13.99", "currency": "USD", "formatted": "$13.99"},
            }
        ],
    }
    assert (chinese["name"], chinese["description"]) == ("茶壶", "泡茶用。")
    assert chinese["variants"][0]["price"]["formatted"] == "US$13.99"


async def test_an_unknown_product_is_null_and_a_malformed_id_is_refused(api: str) -> None:
    query = "query($i: ID) { product(id: $i) { name } }"

    assert (await Client(api).ask(query, i=encode("Product", uuid4())))["product"] is None
    refused = await Client(api).refusal(query, i="not an id")
    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", "id", "id")


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("PRICE_LOW_TO_HIGH", [100, 200, 300, 300]),
        ("PRICE_HIGH_TO_LOW", [300, 300, 200, 100]),
        ("NEWEST", [300, 200, 300, 100]),
    ],
)
async def test_lists_are_sorted_and_their_pages_join(api: str, sort: str, expected: list[int]) -> None:
    supplier, _ = await _priced(100, 300, 200, 300)
    seen, after = [], None

    for _ in expected:
        page = await Client(api).ask(LIST, filter={"supplierId": supplier}, sort=sort, first=1, after=after)
        seen += [node["priceFrom"]["minor"] for node in page["products"]["nodes"]]
        after = page["products"]["pageInfo"]["endCursor"]

    assert seen == expected
    assert page["products"]["pageInfo"]["hasNextPage"] is False


async def test_a_page_is_stable_when_rows_come_and_go_before_it(api: str) -> None:
    supplier, goods = await _priced(100, 200, 300, 400)
    query = {"filter": {"supplierId": supplier}, "sort": "PRICE_LOW_TO_HIGH", "first": 2}
    page = (await Client(api).ask(LIST, **query))["products"]

    await run("DELETE FROM product_listing WHERE product_id = $1", goods[0].product_id)
    await some_goods(prices={"EUR": 50}, supplier_id=goods[0].supplier_id)
    second = (await Client(api).ask(LIST, **query, after=page["pageInfo"]["endCursor"]))["products"]

    assert [node["priceFrom"]["minor"] for node in second["nodes"]] == [300, 400]


async def test_filters_narrow_by_price_text_and_category(api: str) -> None:
    supplier, goods = await _priced(100, 200, 300)
    named = await some_goods(name="Kettle of 100% copper", supplier_id=goods[0].supplier_id)
    eur = {"currency": "EUR"}

    between = {"supplierId": supplier, "priceFrom": eur | {"amount": "1.50"}, "priceTo": eur | {"amount": "2.99"}}
    by_price = (await Client(api).ask(LIST, filter=between))["products"]["nodes"]
    by_text = (await Client(api).ask(LIST, filter={"supplierId": supplier, "text": "100% COPPER"}))["products"]["nodes"]
    in_json = (await Client(api).ask(LIST, filter={"supplierId": supplier, "text": "zh-Hans"}))["products"]["nodes"]
    wildcard = (await Client(api).ask(LIST, filter={"supplierId": supplier, "text": "%"}))["products"]["nodes"]
    nowhere = (await Client(api).ask(LIST, filter={"category": "no-such-category"}))["products"]["nodes"]

    assert [node["priceFrom"]["minor"] for node in by_price] == [200]
    assert [node["slug"] for node in by_text] == [named.slug]
    assert nowhere == in_json == wildcard == []


async def test_a_product_without_a_price_in_the_currency_is_not_listed_in_it(api: str) -> None:
    supplier, _ = await _priced(100)

    in_cny = await Client(api).ask(LIST, filter={"supplierId": supplier}, currency="CNY")

    assert in_cny["products"]["nodes"] == []


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"first": 0}, "INVALID_INPUT", "first"),
        ({"first": 101}, "INVALID_INPUT", "first"),
        ({"after": "garbage"}, "INVALID_INPUT", "after"),
        ({"after": "WyJvcmRlcnMiLDFd"}, "INVALID_INPUT", "after"),
        ({"currency": "XYZ"}, "CURRENCY_NOT_SOLD", None),
        ({"filter": {"supplierId": "x"}}, "INVALID_INPUT", "filter.supplierId"),
        ({"filter": {"priceFrom": {"amount": "1", "currency": "USD"}}}, "INVALID_INPUT", "filter.priceFrom.currency"),
        ({"filter": {"priceFrom": {"amount": "1.001", "currency": "EUR"}}}, "INVALID_INPUT", "filter.priceFrom.amount"),
        ({"filter": {"priceFrom": {"amount": "1", "currency": "XXX"}}}, "INVALID_INPUT", "filter.priceFrom.currency"),
    ],
)
async def test_bad_arguments_are_named(api: str, given: dict[str, object], code: str, field: str | None) -> None:
    refused = await Client(api).refusal(LIST, **given)

    assert (refused["code"], refused.get("field")) == (code, field)


async def test_everybody_may_read_the_catalogue(api: str) -> None:
    await some_goods()

    data = await Client(api).ask("{ products(first: 1) { nodes { slug } } categories { slug name } }")

    assert len(data["products"]["nodes"]) == 1
    assert len(data["categories"]) > 0
