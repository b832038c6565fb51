from datetime import timedelta
from uuid import UUID

import pytest

from domain.inventory.errors import OutOfStock
from domain.inventory.queries import available
from domain.inventory.reserve import Claim, reserve
from domain.inventory.settle import release, restock, ship
from domain.shared.clock import now
from domain.shared.database import rows, value
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from tests.factories.goods import Goods, some_goods
from tests.factories.stock import Level, a_channel, a_warehouse, goods_in, imbalances, level_of, set_level
from tests.statements import counted_statements

release_now, ship_now, restock_now = (use_case(each) for each in (release, ship, restock))
SOON = timedelta(minutes=10)


@use_case
async def _reserve(claim: Claim, wanted: dict[Goods, int], *, channel: str) -> None:
    units = {goods.variant_id: quantity for goods, quantity in wanted.items()}
    await reserve(claim, units, {goods.variant_id: goods.sku for goods in wanted}, channel=channel)


def _cart(cart_id: UUID) -> Claim:
    return Claim(cart_id, expires_at=now() + SOON)


async def test_only_warehouses_of_the_channel_give_and_the_first_that_suffices_gives_all() -> None:
    first, second, foreign = [await a_warehouse() for _ in range(3)]
    channel = await a_channel(second, first)
    goods = await goods_in(first, second, foreign, units=5)

    await _reserve(Claim(new_id()), {goods: 4}, channel=channel)
    await _reserve(Claim(new_id()), {goods: 4}, channel=channel)

    taken = [(await level_of(goods, one)).reserved for one in (first, second, foreign)]
    assert taken == [4, 4, 0]
    with pytest.raises(OutOfStock) as refusal:
        await _reserve(Claim(new_id()), {goods: 4}, channel=channel)
    assert (refusal.value.requested, refusal.value.available) == (4, 2)


async def test_where_no_warehouse_suffices_several_share_the_line() -> None:
    first, second = await a_warehouse(), await a_warehouse()
    channel = await a_channel(first, second)
    goods = await goods_in(first, second, units=5)

    await _reserve(Claim(new_id()), {goods: 8}, channel=channel)

    assert [(await level_of(goods, one)).reserved for one in (first, second)] == [5, 3]
    assert await imbalances(goods.variant_id) == []


@pytest.mark.parametrize(
    ("rules", "expected"), [({}, 10), ({"safety": 4}, 6), ({"backorder_limit": 3}, 13), ({"safety": 20}, 0)]
)
async def test_safety_is_held_back_and_backorders_are_let_through(rules: dict[str, int], expected: int) -> None:
    warehouse = await a_warehouse()
    channel = await a_channel(warehouse)
    goods = await goods_in(warehouse, units=10)
    await set_level(goods, warehouse, **rules)

    assert await available([goods.variant_id], channel=channel) == {goods.variant_id: expected}
    with pytest.raises(OutOfStock) as refusal:
        await _reserve(Claim(new_id()), {goods: expected + 1}, channel=channel)
    assert refusal.value.available == expected
    if expected:
        await _reserve(Claim(new_id()), {goods: expected}, channel=channel)
    assert await available([goods.variant_id], channel=channel) == {goods.variant_id: 0}


async def test_what_one_warehouse_promised_too_much_of_takes_nothing_from_another() -> None:
    short, full = await a_warehouse(), await a_warehouse()
    channel = await a_channel(short, full)
    goods = await goods_in(short, full, units=5)
    await set_level(goods, short, safety=50)

    assert await available([goods.variant_id], channel=channel) == {goods.variant_id: 5}


async def test_a_hundred_products_cost_one_statement(shop: Settings) -> None:
    goods = [await some_goods(stock=(3, 4)) for _ in range(100)]

    async with counted_statements(shop) as statements:
        units = await available([one.variant_id for one in goods], channel="main")

    assert len(statements) == 1
    assert set(units.values()) == {7}
    assert len(units) == 100


async def test_a_cart_that_claims_again_holds_what_it_wants_now_and_its_own_does_not_count_against_it() -> None:
    warehouse = await a_warehouse()
    channel, cart_id = await a_channel(warehouse), new_id()
    goods, other = await goods_in(warehouse, units=5), await goods_in(warehouse, units=5)

    await _reserve(_cart(cart_id), {goods: 3, other: 1}, channel=channel)
    await _reserve(_cart(cart_id), {goods: 5}, channel=channel)

    assert await level_of(goods, warehouse) == Level(5, 5, 0)
    assert await level_of(other, warehouse) == Level(5, 0, 0)
    assert await imbalances(goods.variant_id, other.variant_id) == []


async def test_an_order_takes_over_what_its_cart_holds_and_reserves_what_is_missing() -> None:
    warehouse = await a_warehouse()
    channel, cart_id, order_id = await a_channel(warehouse), new_id(), new_id()
    goods, missing = await goods_in(warehouse, units=5), await goods_in(warehouse, units=5)
    await _reserve(_cart(cart_id), {goods: 5}, channel=channel)

    await _reserve(Claim(order_id, taking_over=cart_id), {goods: 5, missing: 2}, channel=channel)

    held = await rows(
        "SELECT owner_id, quantity, expires_at FROM reservation WHERE owner_id = ANY($1)", [cart_id, order_id]
    )
    assert sorted((one["owner_id"], one["quantity"], one["expires_at"]) for one in held) == [
        (order_id, 2, None),
        (order_id, 5, None),
    ]
    assert await value("SELECT count(*) FROM stock_movement WHERE reference = $1", order_id) == 1
    assert await imbalances(goods.variant_id, missing.variant_id) == []


async def test_a_claim_stays_when_the_goods_are_lost_or_the_warehouse_leaves_the_channel() -> None:
    warehouse, other = await a_warehouse(), await a_warehouse()
    channel, elsewhere, cart_id = await a_channel(warehouse), await a_channel(other), new_id()
    goods = await goods_in(warehouse, other, units=5)
    await _reserve(_cart(cart_id), {goods: 4}, channel=channel)
    await set_level(goods, warehouse, safety=5)

    await _reserve(_cart(cart_id), {goods: 4}, channel=elsewhere)
    await _reserve(Claim(new_id(), taking_over=cart_id), {goods: 4}, channel=channel)

    assert [(await level_of(goods, one)).reserved for one in (warehouse, other)] == [4, 0]


async def test_releasing_shipping_and_restocking_happen_once() -> None:
    warehouse = await a_warehouse()
    channel, sent, given_up = await a_channel(warehouse), new_id(), new_id()
    goods = await goods_in(warehouse, units=10)
    await _reserve(Claim(sent), {goods: 3}, channel=channel)
    await _reserve(Claim(given_up), {goods: 2}, channel=channel)

    levels = []
    for act, owner in ((release_now, given_up), (ship_now, sent), (restock_now, sent)):
        await act(owner)
        await act(owner)
        levels.append(await level_of(goods, warehouse))

    assert levels == [Level(10, 3, 0), Level(7, 0, 0), Level(10, 0, 0)]


async def test_what_was_sold_before_it_came_is_not_sent_before_it_has() -> None:
    warehouse = await a_warehouse()
    channel, order_id = await a_channel(warehouse), new_id()
    goods = await goods_in(warehouse, units=1)
    await set_level(goods, warehouse, backorder_limit=5)
    await _reserve(Claim(order_id), {goods: 4}, channel=channel)

    with pytest.raises(OutOfStock) as refusal:
        await ship_now(order_id)

    assert (refusal.value.sku, refusal.value.requested, refusal.value.available) == (goods.sku, 4, 1)
    assert await level_of(goods, warehouse) == Level(1, 4, 0)


@pytest.mark.parametrize("lines", [1, 20])
async def test_reserving_costs_three_statements_whatever_the_lines_and_claiming_again_two_more(
    shop: Settings, lines: int
) -> None:
    warehouse = await a_warehouse()
    channel, cart_id = await a_channel(warehouse), new_id()
    wanted = {await goods_in(warehouse, units=10): 3 for _ in range(lines)}
    await _reserve(_cart(cart_id), dict.fromkeys(wanted, 1), channel=channel)

    counts = []
    for claim in (Claim(new_id()), Claim(new_id(), taking_over=cart_id)):
        async with counted_statements(shop) as statements:
            await _reserve(claim, wanted, channel=channel)
        counts.append(len(statements) - 2)  # BEGIN and COMMIT

    assert counts == [3, 4]
