from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from domain.pricing.queries import ListPrice, all_prices, list_prices, prices
from domain.pricing.rules import MAX_MINOR
from domain.pricing.set_prices import (
    MAX_CHANGES,
    PriceChange,
    SetPrices,
    refresh_lowest_prices,
    set_prices,
    store_prices,
)
from domain.shared.database import row, rows, run, value
from domain.shared.errors import DomainError, IdempotencyKeyReused, InvalidInput, NotAllowed, NotFound, NotSignedIn
from domain.shared.ids import new_id
from domain.shared.money import Money
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from domain.shared.viewer import ANONYMOUS, PLATFORM, Viewer
from tests.factories.goods import Goods, some_goods
from tests.factories.people import a_person, a_supplier
from tests.factories.roles import a_person_with
from tests.statements import counted_statements

store_prices_now = use_case(store_prices)


async def test_prices_are_set_changed_and_removed_and_lists_know_the_lowest() -> None:
    manager, goods = await a_person_with("prices.write"), await some_goods(prices={"EUR": 1250, "USD": 1399})
    small = await _another_variant(goods)

    await _set(
        manager,
        PriceChange(goods.variant_id, "EUR", 1000, compare_at_minor=1250),
        PriceChange(goods.variant_id, "USD", None),
        PriceChange(small, "EUR", 900),
        PriceChange(small, "JPY", 150_000),
    )

    assert await all_prices([goods.variant_id, small]) == {
        goods.variant_id: [ListPrice(Money(1000, "EUR"), Money(1250, "EUR"))],
        small: [ListPrice(Money(900, "EUR"), None), ListPrice(Money(150_000, "JPY"), None)],
    }
    assert await prices([goods.variant_id, small], "USD") == {}
    assert await _lowest(goods) == {"EUR": 900, "JPY": 150_000}


async def test_each_change_is_audited_with_what_was_and_told_of_once() -> None:
    manager, goods = await a_person_with("prices.write"), await some_goods(prices={"EUR": 1250})
    events_before = await value("SELECT count(*) FROM event WHERE kind = 'prices.changed'")

    await _set(manager, PriceChange(goods.variant_id, "EUR", 1000), PriceChange(goods.variant_id, "USD", 1100))

    entries = await rows(
        "SELECT action, before, after FROM audit_entry WHERE subject_id = $1 ORDER BY after",
        goods.variant_id,
    )
    assert [one["action"] for one in entries] == ["setPrice", "setPrice"]
    assert entries[1]["before"] is None
    assert orjson.loads(entries[0]["before"]) == {"currency": "EUR", "minor": 1250, "compare_at_minor": None}
    assert orjson.loads(entries[0]["after"]) == {"currency": "EUR", "minor": 1000, "compare_at_minor": None}
    assert await value("SELECT count(*) FROM event WHERE kind = 'prices.changed'") == events_before + 1
    told = await row("SELECT data FROM event WHERE kind = 'prices.changed' ORDER BY serial DESC LIMIT 1")
    assert told is not None
    assert orjson.loads(told["data"]) == {"changes": 2}


async def test_what_is_so_already_writes_nothing() -> None:
    goods = await some_goods(prices={"EUR": 1250})
    same = [PriceChange(goods.variant_id, "EUR", 1250), PriceChange(goods.variant_id, "USD", None)]

    assert await store_prices_now(PLATFORM, same) == [False, False]

    assert await value("SELECT count(*) FROM audit_entry WHERE subject_id = $1", goods.variant_id) == 0


async def test_a_former_price_that_is_not_higher_is_kept_and_shown_to_no_buyer() -> None:
    goods = await some_goods(prices={})

    assert await store_prices_now(PLATFORM, [PriceChange(goods.variant_id, "EUR", 1000, compare_at_minor=1000)]) == [
        True
    ]

    found = (await list_prices([goods.variant_id], "EUR"))[goods.variant_id]
    assert (found.compare_at, found.struck_out) == (Money(1000, "EUR"), None)
    assert replace(found, compare_at=Money(1001, "EUR")).struck_out == Money(1001, "EUR")


async def test_each_change_of_many_has_its_own_outcome() -> None:
    supplier_id = await a_supplier()
    member = await a_person("supplier", supplier_id=supplier_id)
    own, foreign = await some_goods(supplier_id=supplier_id), await some_goods()

    outcomes = await store_prices_now(
        member,
        [
            PriceChange(own.variant_id, "EUR", 700),
            PriceChange(foreign.variant_id, "EUR", 1),
            PriceChange(own.variant_id, "EUR", 800),
            PriceChange(own.variant_id, "XXX", 1),
            PriceChange(own.variant_id, "USD", -1),
            PriceChange(own.variant_id, "GBP", 700),
        ],
    )

    assert [_told(one) for one in outcomes] == [
        True,
        ("NOT_FOUND", "Variant"),
        ("currency", "unique"),
        ("currency", "iso4217"),
        ("amount", "minorUnits"),
        True,
    ]
    assert await _lowest(own) == {"EUR": 700, "USD": 1399, "GBP": 700}
    assert await _lowest(foreign) == {"EUR": 1250, "USD": 1399}


async def test_of_a_list_with_one_bad_change_none_is_made() -> None:
    manager, goods = await a_person_with("prices.write"), await some_goods(prices={"EUR": 1250})

    with pytest.raises(NotFound) as unknown:
        await _set(manager, PriceChange(goods.variant_id, "EUR", 1), PriceChange(new_id(), "EUR", 1))

    assert unknown.value.kind == "Variant"
    assert await prices([goods.variant_id], "EUR") == {goods.variant_id: Money(1250, "EUR")}


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"currency": "DEM"}, "prices.1.currency", "iso4217"),
        ({"currency": ""}, "prices.1.currency", "iso4217"),
        ({"currency": "EUR"}, "prices.1.currency", "unique"),
        ({"minor": -1}, "prices.1.amount", "minorUnits"),
        ({"minor": MAX_MINOR + 1}, "prices.1.amount", "minorUnits"),
        ({"compare_at_minor": MAX_MINOR + 1}, "prices.1.compareAt", "minorUnits"),
        ({"compare_at_minor": 100}, "prices.1.compareAt", "above"),
        ({"compare_at_minor": 99}, "prices.1.compareAt", "above"),
        ({"minor": None, "compare_at_minor": 99}, "prices.1.amount", "required"),
    ],
)
async def test_bad_input_names_its_place_field_and_rule(changed: dict[str, Any], field: str, rule: str) -> None:
    goods = await some_goods()
    good = PriceChange(goods.variant_id, "EUR", 100)

    with pytest.raises(InvalidInput) as refused:
        await _set(PLATFORM, good, replace(PriceChange(goods.variant_id, "USD", 100), **changed))

    assert (refused.value.field, refused.value.rule) == (field, rule)


async def test_a_list_has_at_least_one_change_and_a_bounded_number() -> None:
    change = PriceChange(new_id(), "EUR", 1)

    for count in (0, MAX_CHANGES + 1):
        with pytest.raises(InvalidInput) as refused:
            await _set(PLATFORM, *[change] * count)
        assert (refused.value.field, refused.value.rule) == ("prices", "count")


async def test_a_suppliers_people_price_their_own_products_and_others_do_not_exist_for_them() -> None:
    supplier_id = await a_supplier()
    member, goods = await a_person("supplier", supplier_id=supplier_id), await some_goods()
    per_channel = await a_person_with("prices.write", channel="main")

    with pytest.raises(NotFound) as foreign:
        await _set(member, PriceChange(goods.variant_id, "EUR", 1))
    with pytest.raises(NotFound):
        await _set(per_channel, PriceChange(goods.variant_id, "EUR", 1))
    with pytest.raises(NotSignedIn):
        await _set(ANONYMOUS, PriceChange(goods.variant_id, "EUR", 1))
    with pytest.raises(NotAllowed) as refused:
        await _set(await a_person(), PriceChange(goods.variant_id, "EUR", 1))

    assert (foreign.value.kind, foreign.value.id, refused.value.permission) == (
        "Variant",
        goods.variant_id,
        "prices.write",
    )
    assert await prices([goods.variant_id], "EUR") == {goods.variant_id: Money(1250, "EUR")}


async def test_the_same_key_sets_once_and_with_other_input_is_refused() -> None:
    manager, goods, key = await a_person_with("prices.write"), await some_goods(), str(uuid4())
    command = SetPrices((PriceChange(goods.variant_id, "EUR", 1),), key)

    first = await set_prices(manager, command)
    await _set(manager, PriceChange(goods.variant_id, "EUR", 2))
    again = await set_prices(manager, command)
    with pytest.raises(IdempotencyKeyReused):
        await set_prices(manager, SetPrices((PriceChange(goods.variant_id, "EUR", 3),), key))

    assert first == again == [goods.variant_id]
    assert await prices([goods.variant_id], "EUR") == {goods.variant_id: Money(2, "EUR")}


async def test_a_hundred_prices_cost_as_many_statements_as_one(shop: Settings) -> None:
    shelf = [await some_goods(prices={"EUR": 100}) for _ in range(50)]
    changes = [PriceChange(one.variant_id, "EUR", 200) for one in shelf]
    changes += [PriceChange(one.variant_id, "USD", 300) for one in shelf]
    counts = []

    for some in (changes[:1], changes[1:]):
        async with counted_statements(shop) as statements:
            await set_prices(PLATFORM, SetPrices(tuple(some)))
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 12, statements


async def test_prices_are_stored_only_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="needs an open transaction"):
        await store_prices(PLATFORM, [])
    with pytest.raises(RuntimeError, match="needs an open transaction"):
        await refresh_lowest_prices([])


async def _set(viewer: Viewer, *changes: PriceChange) -> list[UUID]:
    return await set_prices(viewer, SetPrices(changes))


def _told(outcome: bool | DomainError) -> object:
    if isinstance(outcome, InvalidInput):
        return outcome.field, outcome.rule
    return (outcome.code, outcome.kind) if isinstance(outcome, NotFound) else outcome


async def _another_variant(goods: Goods) -> UUID:
    variant_id = new_id()
    await run(
        "INSERT INTO variant (id, product_id, sku, options, position) VALUES ($1, $2, $3, '{}', 1)",
        variant_id,
        goods.product_id,
        f"SKU-{variant_id}",
    )
    return variant_id


async def _lowest(goods: Goods) -> dict[str, int]:
    found: dict[str, int] = orjson.loads(
        await value("SELECT prices FROM product_listing WHERE product_id = $1", goods.product_id)
    )
    return found
