"""Thresholds are told when they are crossed, once a crossing."""

from uuid import UUID

from domain.inventory.count import CountStock, count_stock
from domain.inventory.keep_stocked import keep_all_stocked, keep_variant_stocked
from domain.inventory.reserve import Claim, reserve
from domain.inventory.set_channel_warehouses import SetChannelWarehouses, set_channel_warehouses
from domain.inventory.set_rules import SetStockRules, set_stock_rules
from domain.inventory.settle import release
from domain.shared.database import run, value
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM
from tests.factories.goods import Goods
from tests.factories.payments import event_of
from tests.factories.stock import Level, a_channel, a_warehouse, goods_in, level_id_of, level_of, set_level, told

reserve_now, release_now = use_case(reserve), use_case(release)


async def test_a_level_that_runs_low_is_told_once_until_it_has_recovered() -> None:
    warehouse = await a_warehouse()
    channel, goods = await a_channel(warehouse), await goods_in(warehouse, units=10)
    await set_level(goods, warehouse, low_at=6)
    owners = [new_id() for _ in range(3)]

    for owner, units in zip(owners, (3, 1, 2), strict=True):
        await reserve_now(Claim(owner), {goods.variant_id: units}, {}, channel=channel)
    await release_now(owners[0])
    await reserve_now(Claim(new_id()), {goods.variant_id: 4}, {}, channel=channel)

    lows = await told(await level_id_of(goods, warehouse), "stock.low")
    assert [one["available"] for one in lows] == [6, 3]


async def test_a_count_below_what_is_promised_is_recorded_and_told() -> None:
    warehouse = await a_warehouse()
    channel, goods = await a_channel(warehouse), await goods_in(warehouse, units=10)
    await reserve_now(Claim(new_id()), {goods.variant_id: 8}, {}, channel=channel)

    await count_stock(PLATFORM, CountStock(goods.variant_id, warehouse, 5, 10))
    await count_stock(PLATFORM, CountStock(goods.variant_id, warehouse, 4, 5))

    assert await level_of(goods, warehouse) == Level(4, 8, 0)
    shorts = await told(await level_id_of(goods, warehouse), "stock.short")
    assert [one["missing"] for one in shorts] == [3]


async def test_selling_the_last_one_is_told_and_takes_the_product_out_of_the_channels_stock() -> None:
    warehouse = await a_warehouse()
    channel, goods = await a_channel(warehouse), await goods_in(warehouse, units=2)
    await run("UPDATE product_listing SET stocked_in = ARRAY[$2] WHERE product_id = $1", goods.product_id, channel)
    owner = new_id()

    await reserve_now(Claim(owner), {goods.variant_id: 2}, {}, channel=channel)
    await keep_variant_stocked(await _last_change(goods), goods.variant_id)
    sold_out = await _stocked_in(goods)
    await release_now(owner)
    await keep_variant_stocked(await _last_change(goods), goods.variant_id)
    back = await _stocked_in(goods)

    assert (sold_out, back) == ([], [channel])
    changes = await told(goods.variant_id, "stock.availability_changed")
    assert [one["is_available"] for one in changes] == [False, True]


async def test_a_change_that_was_dealt_with_is_not_dealt_with_again() -> None:
    warehouse = await a_warehouse()
    channel, goods = await a_channel(warehouse), await goods_in(warehouse, units=2)
    await reserve_now(Claim(new_id()), {goods.variant_id: 2}, {}, channel=channel)
    event_id = await _last_change(goods)
    await keep_variant_stocked(event_id, goods.variant_id)
    await run("UPDATE product_listing SET stocked_in = '{elsewhere}' WHERE product_id = $1", goods.product_id)

    await keep_variant_stocked(event_id, goods.variant_id)

    assert await _stocked_in(goods) == ["elsewhere"]


async def test_rules_that_hold_everything_back_are_seen_in_the_listing() -> None:
    warehouse = await a_warehouse()
    channel, goods = await a_channel(warehouse), await goods_in(warehouse, units=2)

    seen = []
    for safety in (0, 2):
        await set_stock_rules(
            PLATFORM, SetStockRules(goods.variant_id, warehouse, safety=safety, backorder_limit=0, low_at=None)
        )
        seen.append(await _stocked_in(goods))

    assert seen == [[channel], []]


async def test_a_channel_that_sells_out_of_other_warehouses_has_other_goods() -> None:
    here, there = await a_warehouse(), await a_warehouse()
    channel, goods = await a_channel(here), await goods_in(there, units=2)
    channel_id = await set_channel_warehouses(PLATFORM, SetChannelWarehouses(channel, (here, there)))

    await keep_all_stocked(await event_of(channel_id, "channel.warehouses_set"))

    assert await _stocked_in(goods) == [channel]


async def _last_change(goods: Goods) -> UUID:
    found: UUID = await value(
        "SELECT id FROM event WHERE subject_id = $1 AND kind = 'stock.availability_changed' ORDER BY serial DESC LIMIT 1",
        goods.variant_id,
    )
    return found


async def _stocked_in(goods: Goods) -> list[str]:
    found: list[str] = await value("SELECT stocked_in FROM product_listing WHERE product_id = $1", goods.product_id)
    return found
