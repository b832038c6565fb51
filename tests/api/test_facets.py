"""Facets against counting by hand, and what they are called."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import pytest

from api.ids import encode
from domain.catalog.listing.offers import set_rating, set_stocked
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.texts.store import TextChange, store_texts
from domain.shared.database import rows, run
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from tests.api.client import Client
from tests.api.test_search import a_word, an_attribute, described, findable
from tests.factories.definitions import a_product_type
from tests.factories.goods import Goods

COUNTED = """query($f: ProductFilter, $channel: String) { products(filter: $f, first: 50, channel: $channel) {
    totalCount nodes { slug } facets { attributes { code label values { value label count } }
      tags { value count } options { code values { value count } } numbers { code min max count }
      prices { min { minor } below { minor } count } lowestPrice { minor } highestPrice { minor }
      inStock outOfStock ratings { stars count } } } }"""
PAGE = "query($slug: String) { product(slug: $slug) { attributes { value display } } }"
MATERIALS, TAGS, SIZES = ("oak", "ash", "elm"), ("red", "old", "tall"), ("s", "m", "l")


@dataclass(frozen=True)
class Ware:
    """What the facets of one product are made of."""

    slug: str
    material: str
    weight: int
    tags: frozenset[str]
    size: str
    price: int
    stocked: bool
    rating: int | None


@dataclass(frozen=True)
class Condition:
    """A part of a filter as the API takes it, and as it is judged by hand."""

    facet: str
    given: dict[str, Any]
    holds: Callable[[Ware], bool]


async def a_ware(word: str, chance: random.Random, codes: tuple[str, str]) -> Ware:
    price = chance.choice((150, 450, 999, 1000, 2500))
    goods = await findable(word, prices={"EUR": price})
    ware = Ware(
        goods.slug,
        chance.choice(MATERIALS),
        chance.randrange(5),
        frozenset(chance.sample(TAGS, chance.randrange(3))),
        chance.choice(SIZES),
        price,
        chance.random() < 0.6,
        chance.choice((None, 150, 399, 400, 500)),
    )
    await run(
        "UPDATE variant SET options = jsonb_build_object('size', $2::text) WHERE id = $1", goods.variant_id, ware.size
    )
    tags = orjson.dumps(sorted(ware.tags)).decode()
    await run("UPDATE product SET tags = $2::jsonb WHERE id = $1", goods.product_id, tags)
    await described(goods, **{codes[0]: ware.material, codes[1]: str(ware.weight)})
    await use_case(set_stocked)({goods.product_id: ["main"] if ware.stocked else []})
    await use_case(set_rating)(goods.product_id, ware.rating, 1)
    return ware


def some_conditions(chance: random.Random, material: str, weight: str) -> list[Condition]:
    """One at most for each facet."""
    materials, tags = chance.sample(MATERIALS, 2), chance.sample(TAGS, 2)
    sizes, low, cheap = chance.sample(SIZES, 2), chance.randrange(4), chance.choice((4, 10, 20))
    stocked = chance.random() < 0.5
    every = [
        Condition("attribute", {"code": material, "values": materials}, lambda one: one.material in materials),
        Condition("number", {"code": weight, "number": {"min": low}}, lambda one: one.weight >= low),
        Condition("tag", {"tags": tags}, lambda one: bool(one.tags & set(tags))),
        Condition("option", {"options": [{"name": "Size", "values": sizes}]}, lambda one: one.size in sizes),
        Condition(
            "price",
            {"priceFrom": {"amount": str(cheap), "currency": "EUR"}},
            lambda one: one.price >= cheap * 100,
        ),
        Condition("stock", {"inStock": stocked}, lambda one: one.stocked == stocked),
        Condition("rating", {"minRating": 4}, lambda one: (one.rating or 0) >= 400),
    ]
    return chance.sample(every, chance.randrange(5))


def as_filter(word: str, conditions: list[Condition]) -> dict[str, Any]:
    given: dict[str, Any] = {"text": word}
    attributes = [one.given for one in conditions if one.facet in {"attribute", "number"}]
    for one in conditions:
        if one.facet not in {"attribute", "number"}:
            given |= one.given
    return given | ({"attributes": attributes} if attributes else {})


def band_of(price: int) -> int:
    return max((limit for limit in (100, 200, 500, 1000, 2000, 5000) if limit <= price), default=0)


async def test_every_facet_is_what_counting_by_hand_gives_whatever_is_chosen(api: str) -> None:
    chance, word = random.Random(20260131), a_word()
    codes = (await an_attribute("choice", *MATERIALS), await an_attribute("number"))
    wares = [await a_ware(word, chance, codes) for _ in range(40)]

    for _ in range(30):
        conditions = some_conditions(chance, *codes)
        found = (await Client(api).ask(COUNTED, f=as_filter(word, conditions)))["products"]

        def left(facet: str, conditions: list[Condition] = conditions) -> list[Ware]:
            """What every condition lets through but that of this facet."""
            return [one for one in wares if all(each.holds(one) for each in conditions if each.facet != facet)]

        facets = found["facets"]
        assert {one["slug"] for one in found["nodes"]} == {one.slug for one in left("")}
        assert found["totalCount"] == len(left(""))
        attributes = {
            one["code"]: {each["value"]: each["count"] for each in one["values"]} for one in facets["attributes"]
        }
        assert attributes.get(codes[0], {}) == Counter(one.material for one in left("attribute"))
        weights = [one.weight for one in left("number")]
        assert facets["numbers"] == (
            [{"code": codes[1], "min": min(weights), "max": max(weights), "count": len(weights)}] if weights else []
        )
        tags = Counter(tag for one in left("tag") for tag in one.tags)
        assert {one["value"]: one["count"] for one in facets["tags"]} == tags
        sizes = Counter(one.size for one in left("option"))
        assert {each["value"]: each["count"] for one in facets["options"] for each in one["values"]} == sizes
        bands = Counter(band_of(one.price) for one in left("price"))
        assert {one["min"]["minor"]: one["count"] for one in facets["prices"]} == bands
        assert facets["inStock"] == sum(one.stocked for one in left("stock"))
        assert facets["outOfStock"] == sum(not one.stocked for one in left("stock"))
        stars = {number: sum((one.rating or 0) >= number * 100 for one in left("rating")) for number in (4, 3, 2, 1)}
        assert {one["stars"]: one["count"] for one in facets["ratings"]} == stars


async def test_two_conditions_on_one_attribute_must_both_hold_and_narrow_all_facets_but_its_own(api: str) -> None:
    word, code = a_word(), await an_attribute("number")
    for number in range(5):
        await described(await findable(word), **{code: str(number)})
    bounds = [{"code": code, "number": {"min": 1}}, {"code": code, "number": {"max": 3}}]

    found = (await Client(api).ask(COUNTED, f={"text": word, "attributes": bounds}))["products"]

    assert found["totalCount"] == found["facets"]["inStock"] == 3
    assert found["facets"]["numbers"] == [{"code": code, "min": 0, "max": 4, "count": 5}]


async def a_reference(kind: str) -> str:
    """Its code."""
    code = await an_attribute("reference")
    await run("UPDATE attribute SET refers_to = $2 WHERE code = $1", code, kind)
    return code


async def typed(goods: Goods, **attributes: object) -> None:
    """Of a type that has these attributes."""
    known = await rows("SELECT id FROM attribute WHERE code = ANY($1)", list(attributes))
    type_id = await a_product_type(*(one["id"] for one in known))
    await run("UPDATE product SET product_type_id = $2 WHERE id = $1", goods.product_id, type_id)
    await described(goods, **attributes)


async def referred(kind: str, word: str) -> tuple[UUID, str]:
    """Something named in two languages, as its kind has it."""
    goods = await findable(f"Saucer {word}x", channels=("main",))
    if kind == "supplier":
        await run("UPDATE supplier SET name = $2 WHERE id = $1", goods.supplier_id, f"Supplier {word}x")
        return goods.supplier_id, f"Supplier {word}x"
    if kind == "category":
        category_id = new_id()
        await run("INSERT INTO category (id, slug, position) VALUES ($1, $2, 0)", category_id, f"c-{word}x")
        await use_case(store_texts)([TextChange("category", category_id, "name", "zh-Hans", "碟子")])
        return category_id, "碟子"
    return goods.product_id, "茶壶"


@pytest.mark.parametrize("kind", ["product", "category", "supplier"])
async def test_a_facet_of_references_names_what_is_referred_to_and_can_be_chosen(api: str, kind: str) -> None:
    word, code = a_word(), await a_reference(kind)
    id, name = await referred(kind, word)
    goods = await findable(f"Cup {word}")
    await described(goods, **{code: str(id)})

    answer = await Client(api, language="zh-CN").ask(COUNTED, f={"text": f"cup {word}"})
    (value,) = answer["products"]["facets"]["attributes"][0]["values"]
    chosen = {"text": f"cup {word}", "attributes": [{"code": code, "values": [value["value"]]}]}
    narrowed = (await Client(api).ask(COUNTED, f=chosen))["products"]

    assert value == {"value": encode(kind.title(), id), "label": name, "count": 1}
    assert [node["slug"] for node in narrowed["nodes"]] == [goods.slug]


@pytest.mark.parametrize("kind", ["product", "category", "supplier"])
async def test_a_product_page_names_what_an_attribute_refers_to(api: str, kind: str) -> None:
    word, code = a_word(), await a_reference(kind)
    id, name = await referred(kind, word)
    goods = await findable(f"Cup {word}")
    await typed(goods, **{code: str(id)})

    shown = (await Client(api, language="zh-CN").ask(PAGE, slug=goods.slug))["product"]

    assert shown["attributes"] == [{"value": encode(kind.title(), id), "display": name}]
    await run("UPDATE product_listing SET channels = '{}' WHERE product_id = $1", id)
    hidden = (await Client(api, language="zh-CN").ask(PAGE, slug=goods.slug))["product"]["attributes"][0]["display"]
    assert hidden == ("" if kind == "product" else name)


async def test_facets_of_booleans_are_called_in_the_language_asked_for(api: str) -> None:
    word, code = a_word(), await an_attribute("boolean")
    for is_true in (True, True, False):
        await described(await findable(f"Cup {word}"), **{code: is_true})

    (facet,) = (await Client(api, language="zh-CN").ask(COUNTED, f={"text": word}))["products"]["facets"]["attributes"]

    assert [tuple(one.values()) for one in facet["values"]] == [("true", "是", 2), ("false", "否", 1)]


async def test_a_reference_to_a_product_that_is_not_live_names_nothing(api: str) -> None:
    word, code = a_word(), await a_reference("product")
    hidden = await findable(f"Secret {word}x", channels=())
    goods = await findable(f"Cup {word}")
    await described(goods, **{code: str(hidden.product_id)})

    facets = (await Client(api).ask(COUNTED, f={"text": f"cup {word}"}))["products"]["facets"]

    assert [one for one in facets["attributes"] if one["code"] == code] == []


async def test_a_choice_that_was_removed_and_made_again_goes_by_its_new_name(api: str) -> None:
    word, code = a_word(), await an_attribute("choice", "oak")
    goods = await findable(word)
    await described(goods, **{code: "oak"})
    choice_id = new_id()
    await run(
        "UPDATE attribute_choice SET id = $2 WHERE attribute_id = (SELECT id FROM attribute WHERE code = $1)",
        code,
        choice_id,
    )
    await use_case(store_texts)([TextChange("choice", choice_id, "name", "en", "Old oak")])

    await use_case(refresh_listings)([goods.product_id])

    facets = (await Client(api).ask(COUNTED, f={"text": word}))["products"]["facets"]
    assert [one["values"] for one in facets["attributes"]] == [[{"value": "oak", "label": "Old oak", "count": 1}]]
