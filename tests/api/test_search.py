"""Searching over the API: answers, facets, cursors, and what is refused."""

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from domain.catalog.listing.offers import set_lowest_prices, set_rating, set_stocked
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.texts.store import TextChange, store_texts
from domain.shared.database import rows, run
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from tests.api.client import Client
from tests.api.operations import execute
from tests.factories.goods import Goods, some_goods
from tests.statements import counted_statements

SEARCH = """query($f: ProductFilter, $sort: ProductSort, $after: String, $first: Int! = 20, $currency: String) {
    products(filter: $f, sort: $sort, after: $after, first: $first, currency: $currency) {
        totalCount isApproximate searchedFor pageInfo { hasNextPage endCursor } nodes { slug name }
        edges { highlights { name { text isMatch } description { text isMatch } } }
        facets { categories { slug label count } attributes { code label values { value label count } }
          options { code values { value count } } numbers { code min max count } dates { code min max count }
          tags { value count } prices { min { minor } below { minor } count } lowestPrice { minor } highestPrice { minor }
          inStock outOfStock ratings { stars count } } } }"""
LIST = """query($f: ProductFilter, $sort: ProductSort, $after: String, $first: Int! = 20, $currency: String) {
    products(filter: $f, sort: $sort, after: $after, first: $first, currency: $currency) {
        totalCount isApproximate searchedFor pageInfo { hasNextPage endCursor } nodes { slug name } } }"""


def a_word() -> str:
    """One that no other test's products have, of letters alone."""
    return "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex[:16])


async def findable(name: str, **more: Any) -> Goods:
    goods = await some_goods(name=name, **more)
    await use_case(refresh_listings)([goods.product_id])
    return goods


async def described(goods: Goods, **attributes: object) -> None:
    await run(
        "UPDATE product SET attributes = $2::jsonb WHERE id = $1", goods.product_id, orjson.dumps(attributes).decode()
    )
    await use_case(refresh_listings)([goods.product_id])


async def an_attribute(kind: str, *choices: str) -> str:
    """Its code."""
    id, code = new_id(), f"{kind}_{a_word()}"
    await run(
        "INSERT INTO attribute (id, code, kind, is_filterable, version, created_at) VALUES ($1, $2, $3, true, 1, now())",
        id,
        code,
        kind,
    )
    for place, choice in enumerate(choices):
        choice_id = new_id()
        await run(
            "INSERT INTO attribute_choice (id, attribute_id, code, position) VALUES ($1, $2, $3, $4)",
            choice_id,
            id,
            choice,
            place,
        )
        await use_case(store_texts)([TextChange("choice", choice_id, "name", "en", choice.title())])
    return code


async def found_by(api: str, text: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await Client(api).ask(LIST, f={"text": text}, **more))["products"]
    return answer


@pytest.mark.parametrize(
    "typed", ["{w} kettle", "KETTLE {w}", "{w} kettles", "{w} ket", "kettle-{w}", "{w}, 'kettle'!"]
)
async def test_a_name_is_found_by_its_words_stems_and_the_beginning_of_the_last(api: str, typed: str) -> None:
    word = a_word()
    goods = await findable(f"Copper {word} kettle")

    found = await found_by(api, typed.format(w=word))

    assert [one["slug"] for one in found["nodes"]] == [goods.slug]
    assert (found["totalCount"], found["isApproximate"], found["searchedFor"]) == (1, False, None)


async def test_a_complete_word_is_not_taken_for_a_beginning(api: str) -> None:
    word = a_word()
    await findable(f"{word}x")

    found = await found_by(api, f"{word} ")

    assert found["isApproximate"] or not found["nodes"]


async def test_accents_may_be_left_out_and_added(api: str) -> None:
    word = a_word()
    goods = await findable(f"Crème brûlée {word}")

    plain, accented = await found_by(api, f"creme brulee {word}"), await found_by(api, f"crémé brulée {word}")

    assert [one["slug"] for one in plain["nodes"]] == [one["slug"] for one in accented["nodes"]] == [goods.slug]
    assert not plain["isApproximate"]


@pytest.mark.parametrize("typed", ["羊绒围巾", "羊绒", "围巾 羊绒", "绒围"])
async def test_chinese_is_found_by_words_and_by_letters_whatever_somebody_reads(api: str, typed: str) -> None:
    goods, word = await findable("Scarf"), a_word()
    await use_case(store_texts)([TextChange("product", goods.product_id, "name", "zh-Hans", f"内蒙古羊绒围巾{word}")])
    await use_case(refresh_listings)([goods.product_id])

    found = await found_by(api, f"{typed} {word}")

    assert [one["slug"] for one in found["nodes"]] == [goods.slug]
    assert not found["isApproximate"]


async def test_a_sku_and_a_barcode_are_found_whole_and_come_first(api: str) -> None:
    word = a_word()
    goods, barcode = await findable(f"Teapot {word}"), f"20{uuid4().int % 10**11:011d}"
    await run("UPDATE variant SET barcode = $2 WHERE id = $1", goods.variant_id, barcode)

    by_sku, by_barcode = await found_by(api, goods.sku.lower()), await found_by(api, barcode)

    assert by_sku["nodes"][0]["slug"] == goods.slug
    assert [one["slug"] for one in by_barcode["nodes"]] == [goods.slug]


@pytest.mark.parametrize("slip", ["swap", "drop", "add", "wrong"])
async def test_a_typo_finds_what_was_meant_and_says_so(api: str, slip: str) -> None:
    word = a_word()
    goods = await findable(f"{word} lamp")
    typed = {
        "swap": word[:6] + word[7] + word[6] + word[8:] if word[6] != word[7] else word[1] + word[0] + word[2:],
        "drop": word[:8] + word[9:],
        "add": f"{word[:8]}z{word[8:]}",
        "wrong": f"{word[:8]}z{word[9:]}",
    }[slip]

    found = await found_by(api, f"{typed} ")

    assert [one["slug"] for one in found["nodes"]] == [goods.slug]
    assert (found["isApproximate"], found["searchedFor"]) == (True, word)


async def test_where_nothing_has_all_words_the_nearest_come_first_on_every_page(api: str) -> None:
    one, other = a_word(), a_word()
    both = [(await findable(f"{one} {other} {number}")).slug for number in range(2)]
    single = (await findable(f"{one} alone")).slug

    first = await found_by(api, f"{one} {other} wwwwwwwww", first=2)
    second = await found_by(api, f"{one} {other} wwwwwwwww", first=2, after=first["pageInfo"]["endCursor"])

    assert first["isApproximate"]
    assert {node["slug"] for node in first["nodes"]} == set(both)
    assert [node["slug"] for node in second["nodes"]] == [single]
    assert second["isApproximate"]


async def test_what_only_a_filter_excludes_is_not_replaced_by_something_like_it(api: str) -> None:
    word = a_word()
    await findable(f"{word} lamp", prices={"EUR": 1000})

    found = await Client(api).ask(LIST, f={"text": f"{word} lamp", "priceFrom": {"amount": "500", "currency": "EUR"}})

    assert (found["products"]["nodes"], found["products"]["isApproximate"]) == ([], False)


@pytest.mark.parametrize("typed", ["%", "!!! ??", "' & | ! :* <-> ( )", "--", "_", "🫖", " "])
async def test_signs_are_no_operators(api: str, typed: str) -> None:
    word = a_word()
    await findable(word)

    found = await found_by(api, f"{word} {typed}")

    assert [node["name"] for node in found["nodes"]] == [word]


@pytest.mark.parametrize("typed", ["%", "!!!", "'", "🫖", "\\"])
async def test_signs_alone_find_nothing(api: str, typed: str) -> None:
    found = await found_by(api, typed)

    assert (found["nodes"], found["totalCount"]) == ([], 0)


async def test_facets_are_counted_as_if_nothing_had_been_chosen_in_them(api: str) -> None:
    word, code = a_word(), await an_attribute("choice", "oak", "ash")
    goods = [await findable(f"{word} table", prices={"EUR": price}) for price in (900, 1500, 1800, 7000)]
    for one, choice in zip(goods, ("oak", "oak", "ash", "ash"), strict=True):
        await described(one, **{code: choice})

    found = await Client(api).ask(
        SEARCH,
        f={
            "text": word,
            "attributes": [{"code": code, "values": ["oak"]}],
            "priceTo": {"amount": "20", "currency": "EUR"},
        },
    )

    facets = found["products"]["facets"]
    assert found["products"]["totalCount"] == 2
    assert facets["attributes"] == [
        {
            "code": code,
            "label": code,
            "values": [{"value": "oak", "label": "Oak", "count": 2}, {"value": "ash", "label": "Ash", "count": 1}],
        }
    ]
    assert [(band["min"]["minor"], band["below"]["minor"], band["count"]) for band in facets["prices"]] == [
        (500, 1000, 1),
        (1000, 2000, 1),
    ]
    assert (facets["lowestPrice"]["minor"], facets["highestPrice"]["minor"]) == (900, 1500)
    assert facets["options"] == [{"code": "size", "values": [{"value": "m", "count": 2}]}]


async def test_numbers_dates_booleans_stock_and_ratings_narrow_and_are_counted(api: str) -> None:
    word = a_word()
    weight, made, waterproof = await an_attribute("number"), await an_attribute("date"), await an_attribute("boolean")
    goods = [await findable(f"{word} {number}") for number in range(3)]
    for number, one in enumerate(goods):
        await described(one, **{weight: f"{number}.5", made: f"2026-0{number + 1}-15", waterproof: number == 1})
    await use_case(set_rating)(goods[1].product_id, 450, 3)
    await use_case(set_stocked)({goods[0].product_id: []})

    async def slugs(**more: Any) -> list[str]:
        answer = await Client(api).ask(LIST, f={"text": word, **more}, sort="NEWEST")
        return [node["slug"] for node in answer["products"]["nodes"]]

    facets = (await Client(api).ask(SEARCH, f={"text": word}))["products"]["facets"]
    assert facets["numbers"] == [{"code": weight, "min": 0.5, "max": 2.5, "count": 3}]
    assert facets["dates"] == [{"code": made, "min": "2026-01-15", "max": "2026-03-15", "count": 3}]
    assert (facets["inStock"], facets["outOfStock"]) == (2, 1)
    assert facets["ratings"][0] == {"stars": 4, "count": 1}
    assert await slugs(attributes=[{"code": weight, "number": {"min": 1, "max": 2}}]) == [goods[1].slug]
    assert await slugs(attributes=[{"code": made, "date": {"min": "2026-02-16"}}]) == [goods[2].slug]
    assert await slugs(attributes=[{"code": waterproof, "isTrue": True}]) == [goods[1].slug]
    assert await slugs(inStock=False) == [goods[0].slug]
    assert await slugs(minRating=4) == [goods[1].slug]


async def test_a_category_holds_what_lies_below_it_and_counts_its_way_up(api: str) -> None:
    word = a_word()
    goods = await findable(f"{word} shirt")
    (above,) = await rows(
        "INSERT INTO category (id, slug, position) VALUES ($1, $2, 0) RETURNING slug, id", new_id(), f"top-{word}"
    )
    await run(
        "UPDATE category SET parent_id = $2 WHERE id = (SELECT category_id FROM product WHERE id = $1)",
        goods.product_id,
        above["id"],
    )
    await use_case(refresh_listings)([goods.product_id])

    found = (await Client(api).ask(SEARCH, f={"category": above["slug"]}))["products"]

    assert [node["slug"] for node in found["nodes"]] == [goods.slug]
    assert {"slug": above["slug"], "label": above["slug"], "count": 1} in found["facets"]["categories"]


async def test_words_are_marked_in_parts_without_any_markup(api: str) -> None:
    word = a_word()
    await findable(f"<b>{word}</b> & more")

    (edge,) = (await Client(api).ask(SEARCH, f={"text": word}))["products"]["edges"]

    assert edge["highlights"]["name"] == [
        {"text": "<b>", "isMatch": False},
        {"text": word, "isMatch": True},
        {"text": "</b> & more", "isMatch": False},
    ]


@pytest.mark.parametrize(
    "sort", ["RELEVANCE", "NEWEST", "BEST_SELLING", "RATING", "PRICE_LOW_TO_HIGH", "PRICE_HIGH_TO_LOW"]
)
async def test_pages_show_each_product_once_while_others_come_and_go(api: str, sort: str) -> None:
    word = a_word()
    goods = [await findable(f"{word} cup", prices={"EUR": 100 + number // 2}) for number in range(7)]

    seen, after = list[str](), None
    for turn in range(4):
        page = await found_by(api, word, sort=sort, first=2, after=after)
        seen += [node["slug"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if turn == 1:
            await findable(f"{word} cup", prices={"EUR": 1})
            await run("UPDATE publication SET status = 'archived' WHERE product_id = $1", goods[0].product_id)
            await use_case(refresh_listings)([goods[0].product_id])

    assert len(seen) == len(set(seen))
    assert {one.slug for one in goods[1:]} <= set(seen) | {goods[0].slug}


@pytest.mark.parametrize(
    "other",
    [
        {"f": {"text": "kettle"}},
        {"f": {"text": "teapot", "inStock": True}},
        {"f": {"text": "teapot"}, "sort": "NEWEST"},
        {"f": {"text": "teapot"}, "currency": "USD"},
        {},
    ],
)
async def test_the_cursor_of_another_list_is_refused(api: str, other: dict[str, Any]) -> None:
    await findable("Teapot")
    page = await found_by(api, "teapot", first=1)

    refused = await Client(api).refusal(LIST, **other, after=page["pageInfo"]["endCursor"])

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", "after", "cursor")


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"text": "x" * 10_000}, "filter.text", "length"),
        ({"attributes": [{"code": "no-such", "values": ["x"]}]}, "filter.attributes.no-such", "unknown"),
        ({"attributes": [{"code": str(n), "values": ["x"]} for n in range(20)]}, "filter.attributes", "count"),
        ({"tags": ["x"] * 101}, "filter.tags", "count"),
        ({"minRating": 9}, "filter.minRating", "range"),
        ({"supplierIds": ["x"]}, "filter.supplierIds", "id"),
    ],
)
async def test_a_wrong_filter_is_refused_by_name(api: str, given: dict[str, Any], field: str, rule: str) -> None:
    refused = await Client(api).refusal(LIST, f=given)

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", field, rule)


async def test_an_attribute_is_asked_as_its_kind_wants(api: str) -> None:
    code = await an_attribute("number")

    refused = await Client(api).refusal(LIST, f={"attributes": [{"code": code, "values": ["1"]}]})

    assert (refused["field"], refused["rule"], refused["limit"]) == (f"filter.attributes.{code}", "kind", "number")


async def test_suggestions_complete_the_last_word_and_name_categories_and_products(api: str) -> None:
    word = a_word()
    goods = await findable(f"Blue {word} teapot")
    query = "query($t: String!) { searchSuggestions(text: $t) { kind text slug } }"

    found = (await Client(api).ask(query, t=f"Blue {word[:7]}"))["searchSuggestions"]

    assert {"kind": "WORD", "text": f"Blue {word}", "slug": None} in found
    assert {"kind": "PRODUCT", "text": f"Blue {word} teapot", "slug": goods.slug} in found
    assert (await Client(api).ask(query, t="  "))["searchSuggestions"] == []


async def test_what_is_on_sale_nowhere_is_neither_found_nor_suggested(api: str) -> None:
    word = a_word()
    goods = await some_goods(name=f"Secret {word}", channels=())
    await use_case(refresh_listings)([goods.product_id])

    found = await found_by(api, word)
    suggested = await Client(api).ask("query($t: String!) { searchSuggestions(text: $t) { text } }", t=word[:9])

    assert found["nodes"] == []
    assert not [one for one in suggested["searchSuggestions"] if word in one["text"]]


async def test_a_search_with_everything_costs_the_same_for_one_row_and_for_many(shop: Settings) -> None:
    word, code = a_word(), await an_attribute("choice", "oak")
    for number in range(30):
        await described(await findable(f"{word} {number}"), **{code: "oak"})
    given = {"text": word, "attributes": [{"code": code, "values": ["oak"]}]}

    counts, texts = {}, []
    for first in (1, 30):
        async with counted_statements(shop) as statements:
            data = await execute(SEARCH, first=first, f=given)
        assert len(data["products"]["nodes"]) == first
        counts[first] = len(statements)
        texts.append(list(statements))

    assert counts[1] == counts[30], "\n".join(texts[1])
    assert counts[1] <= 14
    assert texts[0] == texts[1]


async def test_prices_are_those_that_pricing_sets(api: str) -> None:
    word = a_word()
    goods: list[UUID] = [(await findable(f"{word} {number}")).product_id for number in range(2)]
    await use_case(set_lowest_prices)({goods[0]: {"EUR": 10}, goods[1]: {"EUR": 999_00}})

    found = (await Client(api).ask(SEARCH, f={"text": word}, sort="PRICE_HIGH_TO_LOW"))["products"]

    assert [node["name"] for node in found["nodes"]] == [f"{word} 1", f"{word} 0"]


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("Men's {w} shi", "Men's {w} shirt"),
        ("Ｂｌｕｅ ﬁne {w}, shi", "Ｂｌｕｅ ﬁne {w}, shirt"),
        ("{w} Crèm", "{w} creme"),
    ],
)
async def test_a_suggested_word_replaces_the_last_one_and_leaves_the_rest_as_typed(
    api: str, typed: str, suggested: str
) -> None:
    word = a_word()
    await findable(f"{word} shirt crème")

    found = await Client(api).ask(
        "query($t: String!) { searchSuggestions(text: $t) { kind text } }", t=typed.format(w=word)
    )

    assert {"kind": "WORD", "text": suggested.format(w=word)} in found["searchSuggestions"]
