"""Cursors that are well formed but impossible are refused by name, never an internal error."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest

from api.pages import identifier, int32, int64, moment, read_cursor, words
from domain.catalog.listing.refresh import refresh_listings
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from tests.api.client import Client, signed_in
from tests.factories.goods import some_goods
from tests.factories.people import a_person

PRODUCTS = """query($sort: ProductSort!, $text: String!, $after: String) {
    products(sort: $sort, after: $after, filter: {text: $text}) { nodes { id } pageInfo { endCursor } } }"""
REPORTS = "query($after: String) { reports(after: $after) { nodes { id } } }"
SOME_ID = "018f3a5e-7b1c-7d2a-9c3e-5f4d6a7b8c9d"
IMPOSSIBLE: dict[Any, list[Any]] = {
    int32: [2**31, -1, 1.0, "1", True, None, [1]],
    int64: [2**63, 10**30, -1, 1.5, "1", True, None],
    moment: [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "tomorrow",
        1,
        None,
    ],
    identifier: ["x", 1, None, {}],
    words: ["a\0b", "\0", 1, None, {}],
}


@pytest.mark.parametrize(("read", "wrong"), [(read, wrong) for read, some in IMPOSSIBLE.items() for wrong in some])
def test_an_impossible_key_is_refused_as_a_cursor(read: Any, wrong: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_cursor("things", _forged("things", wrong), (read,))

    assert (refusal.value.field, refusal.value.rule) == ("after", "cursor")


@pytest.mark.parametrize(
    ("read", "given"),
    [
        (int32, 0),
        (int32, 2**31 - 1),
        (int64, 2**63 - 1),
        (moment, "2026-01-01T00:00:00.000001+00:00"),
        (moment, "0001-01-01T00:00:00+00:00"),
        (identifier, SOME_ID),
    ],
)
def test_a_possible_key_is_read(read: Any, given: Any) -> None:
    assert read_cursor("things", _forged("things", given), (read,)) is not None


@pytest.mark.parametrize("key", [[], [1], [1, SOME_ID, 1], {"a": 1}])
def test_a_key_of_another_length_is_refused(key: Any) -> None:
    with pytest.raises(InvalidInput):
        read_cursor("things", _forged("things", *key), (int32, identifier))


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("BEST_SELLING", [2**63, SOME_ID, 0]),
        ("BEST_SELLING", [-1, SOME_ID, 0]),
        ("PRICE_HIGH_TO_LOW", [1, 7, 0]),
        ("PRICE_LOW_TO_HIGH", [1, SOME_ID]),
        ("NEWEST", [2**63 - 1, SOME_ID, 0]),
        ("NEWEST", [253_402_300_800_000_000, SOME_ID, 0]),
        ("NEWEST", ["2026-01-01T00:00:00+00:00", SOME_ID, 0]),
        ("RELEVANCE", [1, SOME_ID, 3]),
        ("RELEVANCE", [1, SOME_ID, -1]),
    ],
)
async def test_the_product_list_refuses_it(api: str, sort: str, key: list[Any]) -> None:
    goods, client = await some_goods(name=f"Teapot {new_id().hex}"), Client(api)
    await use_case(refresh_listings)([goods.product_id])
    found = await client.ask(PRODUCTS, sort=sort, text="teapot")
    list_name, *_ = json.loads(urlsafe_b64decode(found["products"]["pageInfo"]["endCursor"] + "=="))

    refused = await client.refusal(PRODUCTS, sort=sort, text="teapot", after=_forged(list_name, *key))

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", "after", "cursor")


@pytest.mark.parametrize("key", [["0001-01-01T00:00:00+14:00", SOME_ID], ["2026-01-01T00:00:00+00:00", 7]])
async def test_the_list_of_reports_refuses_it(api: str, key: list[Any]) -> None:
    analyst = await signed_in(api, await a_person("analyst"))

    refused = await analyst.refusal(REPORTS, after=_forged("reports", *key))

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", "after", "cursor")


def _forged(list_name: str, *key: Any) -> str:
    return urlsafe_b64encode(json.dumps([list_name, *key]).encode()).decode().rstrip("=")
