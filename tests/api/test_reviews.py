from dataclasses import replace
from typing import Any

import pytest

from api.ids import encode
from domain.reviews.edit import EditReview, edit_review
from domain.reviews.write import WriteReview, write_review
from domain.shared.database import run
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from tests.api.client import Client, signed_in
from tests.api.operations import execute
from tests.factories.goods import Goods, some_goods
from tests.factories.people import a_person
from tests.factories.reviews import WORDS, a_buyer_of, a_review
from tests.statements import counted_statements

REVIEW = "id productId rating title body authorName language state note version productName"
ERRORS = """... on Error { __typename code message } ... on InvalidInputError { field rule limit }
    ... on NotFoundError { kind id }"""
WRITE = f"""mutation($input: WriteReviewInput!) {{ writeReview(input: $input) {{ ... on Review {{ {REVIEW} }} {ERRORS}
    ... on NotBoughtError {{ productId }} ... on AlreadyReviewedError {{ reviewId }} }} }}"""
EDIT = f"""mutation($input: EditReviewInput!) {{ editReview(input: $input) {{ ... on Review {{ {REVIEW} }} {ERRORS}
    ... on StaleVersionError {{ expected current }} }} }}"""
REMOVE = f"""mutation($input: RemoveReviewInput!) {{ removeReview(input: $input) {{
    ... on ReviewRemoved {{ id }} {ERRORS} }} }}"""
MODERATE = f"""mutation($input: ModerateReviewInput!) {{ moderateReview(input: $input) {{
    ... on Review {{ {REVIEW} }} {ERRORS} ... on StaleVersionError {{ expected current }} }} }}"""
OF_PRODUCT = """query($id: ID!, $sort: ReviewSort! = NEWEST, $stars: Int, $first: Int! = 20, $after: String) {
    node(id: $id) { ... on Product { reviewSummary { count mean byStars { stars count } }
      reviews(sort: $sort, stars: $stars, first: $first, after: $after) {
        nodes { rating title state note } pageInfo { hasNextPage hasPreviousPage endCursor } } } } }"""
LIST = f"""query($filter: ReviewFilter, $sort: ReviewSort! = NEWEST, $first: Int! = 100, $after: String) {{
    reviews(filter: $filter, sort: $sort, first: $first, after: $after) {{
      nodes {{ {REVIEW} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
MINE = f"query($id: ID) {{ myReviews(productId: $id) {{ nodes {{ {REVIEW} }} }} }}"
MAY = "query($id: ID!) { mayReview(productId: $id) }"
SAID = {"rating": 5, "title": "Pours well", "body": "No drip,\nand it keeps warm.", "authorName": "Ada B."}


def product_of(goods: Goods) -> str:
    return encode("Product", goods.product_id)


async def test_a_buyer_writes_staff_publish_and_everybody_reads(api: str) -> None:
    goods = await some_goods(name="Blue pot")
    buyer = await signed_in(api, await a_buyer_of(goods))
    support = await signed_in(api, await a_person("support"))

    assert (await buyer.ask(MAY, id=product_of(goods)))["mayReview"]
    written = (await buyer.ask(WRITE, input={**SAID, "productId": product_of(goods)}))["writeReview"]
    waiting = (await support.ask(LIST, filter={"state": "PENDING", "productId": product_of(goods)}))["reviews"]["nodes"]
    before = (await Client(api).ask(OF_PRODUCT, id=product_of(goods)))["node"]
    published = await support.ask(MODERATE, input={"reviewId": written["id"], "publish": True, "expectedVersion": 1})
    after = (await Client(api).ask(OF_PRODUCT, id=product_of(goods)))["node"]

    assert written == waiting[0]
    assert written | SAID == written
    assert (written["state"], written["version"], written["productName"], written["language"]) == (
        "PENDING", 1, "Blue pot", "en",
    )  # fmt: skip
    assert (before["reviews"]["nodes"], before["reviewSummary"]["count"], before["reviewSummary"]["mean"]) == (
        [],
        0,
        None,
    )
    assert published["moderateReview"]["state"] == "PUBLISHED"
    assert after["reviews"]["nodes"] == [{"rating": 5, "title": "Pours well", "state": "PUBLISHED", "note": None}]
    assert after["reviewSummary"]["mean"] == 5.0
    assert not (await buyer.ask(MAY, id=product_of(goods)))["mayReview"]


async def test_an_author_changes_and_removes_their_own(api: str) -> None:
    goods = await some_goods()
    author = await a_buyer_of(goods)
    client, review_id = await signed_in(api, author), encode("Review", await a_review(author, goods, published=True))

    changed = (await client.ask(EDIT, input={"reviewId": review_id, "rating": 2, "expectedVersion": 2}))["editReview"]
    stale = (await client.ask(EDIT, input={"reviewId": review_id, "rating": 1, "expectedVersion": 2}))["editReview"]
    mine = (await client.ask(MINE, id=product_of(goods)))["myReviews"]["nodes"]
    removed = (await client.ask(REMOVE, input={"reviewId": review_id}))["removeReview"]

    assert (changed["rating"], changed["title"], changed["state"], changed["version"]) == (2, WORDS.title, "PENDING", 3)
    assert (stale["code"], stale["current"]) == ("STALE_VERSION", 3)
    assert mine == [changed]
    assert removed == {"id": review_id}
    assert (await client.ask(MINE))["myReviews"]["nodes"] == []


@pytest.mark.parametrize(
    ("wrong", "field", "rule"),
    [
        ({"rating": 0}, "rating", "range"),
        ({"title": ""}, "title", "length"),
        ({"body": "short"}, "body", "length"),
        ({"authorName": "a\nb"}, "authorName", "printable"),
        ({"language": "??"}, "language", "language"),
        ({"productId": "UHJvZHVjdDp4"}, "productId", "id"),
        ({"idempotencyKey": ""}, "idempotencyKey", "length"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
async def test_bad_input_is_named_by_field_and_rule(
    api: str, wrong: dict[str, Any], field: str, rule: str, language: str
) -> None:
    goods = await some_goods()
    buyer = await signed_in(api, await a_buyer_of(goods), language=language)

    refused = (await buyer.ask(WRITE, input={**SAID, "productId": product_of(goods), **wrong}))["writeReview"]

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", field, rule)
    assert any("\u4e00" <= one <= "\u9fff" for one in refused["message"]) == (language == "zh-Hans")


async def test_what_was_not_bought_or_is_reviewed_already_is_refused_in_both_languages(api: str) -> None:
    goods, other = await some_goods(), await some_goods()
    buyer = await a_buyer_of(goods)
    review_id = await a_review(buyer, goods)

    for language, words in (("en", "already"), ("zh-Hans", "已评价")):
        client = await signed_in(api, buyer, language=language)
        not_bought = (await client.ask(WRITE, input={**SAID, "productId": product_of(other)}))["writeReview"]
        again = (await client.ask(WRITE, input={**SAID, "productId": product_of(goods)}))["writeReview"]
        assert (not_bought["code"], not_bought["productId"]) == ("NOT_BOUGHT", product_of(other))
        assert (again["code"], again["reviewId"]) == ("ALREADY_REVIEWED", encode("Review", review_id))
        assert words in again["message"]


async def test_a_rejection_needs_a_reason_that_only_author_and_staff_read(api: str) -> None:
    goods = await some_goods()
    author = await a_buyer_of(goods)
    review_id = encode("Review", await a_review(author, goods, published=True))
    support = await signed_in(api, await a_person("support"))
    decided = {"reviewId": review_id, "publish": False, "expectedVersion": 2}

    without = (await support.ask(MODERATE, input=decided))["moderateReview"]
    rejected = (await support.ask(MODERATE, input={**decided, "note": "Names a person."}))["moderateReview"]
    mine = (await (await signed_in(api, author)).ask(MINE))["myReviews"]["nodes"]
    node = "query($id: ID!) { node(id: $id) { id } }"

    assert (without["field"], without["rule"]) == ("note", "required")
    assert (rejected["state"], rejected["note"]) == ("REJECTED", "Names a person.")
    assert [one["note"] for one in mine] == ["Names a person."]
    assert (await Client(api).ask(node, id=review_id))["node"] is None


async def test_suppliers_see_what_is_said_of_their_products_and_decide_nothing(api: str) -> None:
    goods, other = await some_goods(), await some_goods()
    buyer = await a_buyer_of(goods, other)
    waiting, _ = encode("Review", await a_review(buyer, goods)), await a_review(buyer, other)
    supplier = await signed_in(api, await a_person("supplier", supplier_id=goods.supplier_id))

    seen = (await supplier.ask(LIST))["reviews"]["nodes"]
    foreign = (await supplier.ask(LIST, filter={"supplierId": encode("Supplier", other.supplier_id)}))["reviews"][
        "nodes"
    ]
    refused = await supplier.refusal(MODERATE, input={"reviewId": waiting, "publish": True, "expectedVersion": 1})

    assert [one["id"] for one in seen] == [waiting]
    assert foreign == []
    assert refused["code"] == "NOT_ALLOWED"


async def test_buyers_and_strangers_have_no_list_of_all_reviews(api: str) -> None:
    buyer = await signed_in(api, await a_person())

    assert (await buyer.refusal(LIST))["code"] == "NOT_ALLOWED"
    assert (await Client(api).refusal(LIST))["code"] == "NOT_SIGNED_IN"
    assert (await Client(api).refusal(WRITE, input={**SAID, "productId": encode("Product", new_id())}))["code"] == (
        "NOT_SIGNED_IN"
    )
    assert not (await Client(api).ask(MAY, id=encode("Product", new_id())))["mayReview"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("NEWEST", [4, 5, 1, 5, 2]),
        ("OLDEST", [2, 5, 1, 5, 4]),
        ("HIGHEST", [5, 5, 4, 2, 1]),
        ("LOWEST", [1, 2, 4, 5, 5]),
    ],
)
async def test_pages_of_every_sort_hold_each_review_once_while_others_arrive(sort: str, expected: list[int]) -> None:
    goods = await some_goods()
    for number, rating in enumerate([2, 5, 1, 5, 4]):
        review_id = await a_review(await a_buyer_of(goods), goods, rating, published=True)
        await run(
            "UPDATE review SET created_at = now() - make_interval(days => $2) WHERE id = $1", review_id, 9 - number
        )

    seen, after = [], None
    while True:
        page = (await execute(OF_PRODUCT, id=product_of(goods), sort=sort, first=2, after=after))["node"]["reviews"]
        seen += [one["rating"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        first = await a_review(await a_buyer_of(goods), goods, 3, published=True)
        await run("UPDATE review SET state = 'pending' WHERE id = $1", first)

    assert seen == expected


async def test_the_summary_counts_by_stars_and_a_list_can_be_of_one_number_of_stars() -> None:
    goods = await some_goods()
    for rating in (5, 5, 4, 1):
        await a_review(await a_buyer_of(goods), goods, rating, published=True)

    found = (await execute(OF_PRODUCT, id=product_of(goods), stars=5))["node"]

    summary = found["reviewSummary"]
    assert (summary["count"], summary["mean"]) == (4, 3.75)
    assert [(one["stars"], one["count"]) for one in summary["byStars"]] == [(5, 2), (4, 1), (3, 0), (2, 0), (1, 1)]
    assert [one["rating"] for one in found["reviews"]["nodes"]] == [5, 5]


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [({"stars": 6}, "stars", "range"), ({"first": 0}, "first", "range"), ({"after": "x"}, "after", "cursor")],
)
async def test_impossible_pages_are_refused(api: str, given: dict[str, Any], field: str, rule: str) -> None:
    refused = await Client(api).refusal(OF_PRODUCT, id=product_of(await some_goods()), **given)

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", field, rule)


async def test_a_cursor_belongs_to_one_product_and_one_sort(api: str) -> None:
    pot, cup = await some_goods(), await some_goods()
    await a_review(await a_buyer_of(pot), pot, published=True)
    page = (await Client(api).ask(OF_PRODUCT, id=product_of(pot)))["node"]["reviews"]["pageInfo"]

    elsewhere = await Client(api).refusal(OF_PRODUCT, id=product_of(cup), after=page["endCursor"])
    otherwise = await Client(api).refusal(OF_PRODUCT, id=product_of(pot), sort="LOWEST", after=page["endCursor"])

    assert {one["rule"] for one in (elsewhere, otherwise)} == {"cursor"}


async def test_reviews_and_summaries_of_a_list_cost_a_statement_each_whatever_its_length(shop: Settings) -> None:
    for _ in range(12):
        goods = await some_goods()
        await a_review(await a_buyer_of(goods), goods, published=True)
    plain = "query($n: Int!) { products(first: $n, sort: NEWEST) { nodes { id } } }"
    asked = """query($n: Int!) { products(first: $n, sort: NEWEST) { nodes { id reviewSummary { count }
        reviews(first: 3) { nodes { rating productName } } } } }"""

    counts = {}
    for first in (1, 12):
        for document in (plain, asked):
            async with counted_statements(shop) as statements:
                found = await execute(document, n=first)
            assert len(found["products"]["nodes"]) == first
            counts[first, document] = len(statements)

    assert all(one["reviews"]["nodes"] for one in found["products"]["nodes"])
    assert [counts[first, asked] - counts[first, plain] for first in (1, 12)] == [3, 3]


async def test_lists_of_staff_and_of_ones_own_cost_the_same_for_one_and_for_many(shop: Settings) -> None:
    shelf = [await some_goods() for _ in range(6)]
    author, staff = await a_buyer_of(*shelf), await a_person("support")
    for goods in shelf:
        await a_review(author, goods)

    counts = set()
    for first in (1, 6):
        async with counted_statements(shop) as statements:
            await execute(LIST, staff, first=first, filter={"state": "PENDING"})
        counts.add(len(statements))

    assert counts == {2}


async def test_writing_and_changing_cost_a_fixed_number_of_statements(shop: Settings) -> None:
    counts = []
    for orders in (1, 4):
        goods = await some_goods()
        buyer = await a_buyer_of(*([goods] * orders))
        async with counted_statements(shop) as statements:
            review_id = await write_review(buyer, WriteReview(goods.product_id, WORDS, str(new_id())))
        written = len(statements)
        async with counted_statements(shop) as statements:
            await edit_review(buyer, EditReview(review_id, rating=replace(WORDS, rating=1).rating))
        counts.append((written, len(statements)))

    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12
