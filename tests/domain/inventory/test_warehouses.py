from uuid import uuid4

import pytest

from domain.inventory.count import AdjustStock, adjust_stock
from domain.inventory.edit_warehouses import CreateWarehouse, UpdateWarehouse, create_warehouse, update_warehouse
from domain.inventory.errors import WarehouseExists, WarehousesChanged
from domain.inventory.list_levels import LevelFilter, stock_levels
from domain.inventory.movements import MovementFilter, stock_movements
from domain.inventory.set_channel_warehouses import SetChannelWarehouses, set_channel_warehouses
from domain.inventory.set_rules import SetStockRules, set_stock_rules
from domain.inventory.warehouses import channel_warehouses, warehouses_by_id
from domain.shared.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import PLATFORM
from tests.factories.people import a_person, a_supplier
from tests.factories.stock import a_channel, a_keeper, a_warehouse, goods_in, level_id_of, set_level, told


async def test_a_warehouse_is_made_and_renamed_and_tells_so() -> None:
    keeper, code = await a_keeper(), f"north-{new_id().hex[:20]}"

    warehouse_id = await create_warehouse(keeper, CreateWarehouse(code, "North", "DE", key="one"))
    again = await create_warehouse(keeper, CreateWarehouse(code, "North", "DE", key="one"))
    await update_warehouse(keeper, UpdateWarehouse(warehouse_id, name="Nord", position=7, expected_version=1))

    found = (await warehouses_by_id(keeper, [warehouse_id]))[warehouse_id]
    assert again == warehouse_id
    assert (found.code, found.name, found.country, found.position, found.version) == (code, "Nord", "DE", 7, 2)
    assert len(await told(warehouse_id, "warehouse.updated")) == 1


async def test_codes_are_unique_and_versions_count() -> None:
    code = f"north-{new_id().hex[:20]}"
    warehouse_id = await create_warehouse(PLATFORM, CreateWarehouse(code, "North", "DE"))

    with pytest.raises(WarehouseExists):
        await create_warehouse(PLATFORM, CreateWarehouse(code, "Other", "DE"))
    with pytest.raises(StaleVersion):
        await update_warehouse(PLATFORM, UpdateWarehouse(warehouse_id, name="Nord", expected_version=2))
    with pytest.raises(NotFound):
        await update_warehouse(PLATFORM, UpdateWarehouse(new_id(), name="Nord"))


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"code": "North"}, "code", "characters"),
        ({"code": ""}, "code", "characters"),
        ({"name": " "}, "name", "length"),
        ({"country": "Germany"}, "country", "iso3166"),
        ({"position": -1}, "position", "range"),
    ],
)
async def test_a_bad_warehouse_names_field_and_rule(given: dict[str, object], field: str, rule: str) -> None:
    values: dict[str, object] = {"code": "north", "name": "North", "country": "DE"} | given

    with pytest.raises(InvalidInput) as refusal:
        await create_warehouse(PLATFORM, CreateWarehouse(**values))  # type: ignore[arg-type]

    assert (refusal.value.field, refusal.value.rule) == (field, rule)


async def test_a_channel_asks_its_warehouses_in_the_order_given() -> None:
    first, second, third = [await a_warehouse() for _ in range(3)]
    channel = await a_channel(first, second)

    await set_channel_warehouses(PLATFORM, SetChannelWarehouses(channel, (third, first), expected=(first, second)))

    assert [one.id for one in await channel_warehouses(PLATFORM, channel)] == [third, first]
    assert channel not in (await warehouses_by_id(PLATFORM, [second]))[second].channels


async def test_warehouses_that_somebody_else_changed_are_refused_with_those_of_now() -> None:
    first, second = await a_warehouse(), await a_warehouse()
    channel = await a_channel(first, second)
    codes = tuple(one.code for one in await channel_warehouses(PLATFORM, channel))

    with pytest.raises(WarehousesChanged) as refusal:
        await set_channel_warehouses(PLATFORM, SetChannelWarehouses(channel, (), expected=(second, first)))

    assert refusal.value.current == codes


async def test_a_bad_list_of_warehouses_is_refused() -> None:
    warehouse = await a_warehouse()
    channel = await a_channel(warehouse)

    with pytest.raises(InvalidInput) as twice:
        await set_channel_warehouses(PLATFORM, SetChannelWarehouses(channel, (warehouse, warehouse)))
    with pytest.raises(InvalidInput) as unknown:
        await set_channel_warehouses(PLATFORM, SetChannelWarehouses("nowhere", ()))
    with pytest.raises(NotFound):
        await set_channel_warehouses(PLATFORM, SetChannelWarehouses(channel, (new_id(),)))

    assert (twice.value.field, twice.value.rule) == ("warehouseIds", "unique")
    assert (unknown.value.field, unknown.value.rule) == ("channel", "oneOf")


async def test_warehouses_are_kept_by_who_keeps_all_stock_and_seen_by_who_keeps_some() -> None:
    keeper, warehouse = await a_keeper(supplier_id=await a_supplier()), await a_warehouse()
    stranger = await a_person()

    with pytest.raises(NotAllowed):
        await create_warehouse(keeper, CreateWarehouse(f"w{uuid4().hex[:20]}", "North", "DE"))

    assert warehouse in await warehouses_by_id(keeper, [warehouse])
    assert await warehouses_by_id(stranger, [warehouse]) == {}


async def test_rules_are_set_at_the_version_that_was_seen() -> None:
    warehouse = await a_warehouse()
    goods = await goods_in(warehouse, units=5)
    command = SetStockRules(
        goods.variant_id, warehouse, safety=2, backorder_limit=1, low_at=3, expected_version=1, key="one"
    )

    keeper = await a_keeper()
    level_id = await set_stock_rules(keeper, command)
    await set_stock_rules(keeper, command)

    (found,) = await stock_levels(keeper, LevelFilter(variant_id=goods.variant_id), first=5, after=None)
    assert (found.id, found.safety, found.backorder_limit, found.low_at) == (level_id, 2, 1, 3)
    assert (found.available, found.version, found.is_low) == (4, 2, False)
    with pytest.raises(StaleVersion):
        await set_stock_rules(
            PLATFORM,
            SetStockRules(goods.variant_id, warehouse, safety=0, backorder_limit=0, low_at=None, expected_version=1),
        )
    with pytest.raises(InvalidInput) as refusal:
        await set_stock_rules(
            PLATFORM, SetStockRules(goods.variant_id, warehouse, safety=-1, backorder_limit=0, low_at=None)
        )
    assert (refusal.value.field, refusal.value.rule) == ("safety", "negativeStock")


async def test_levels_are_filtered_and_a_supplier_sees_their_own() -> None:
    first, second = await a_warehouse(), await a_warehouse()
    goods = await goods_in(first, second, units=5)
    other = await goods_in(first, units=5)
    await set_level(goods, second, low_at=5)
    keeper = await a_keeper(supplier_id=goods.supplier_id)

    async def ids(**wanted: object) -> set[object]:
        found = await stock_levels(keeper, LevelFilter(**wanted), first=50, after=None)  # type: ignore[arg-type]
        return {one.id for one in found}

    in_first, in_second = await level_id_of(goods, first), await level_id_of(goods, second)
    assert await ids() == {in_first, in_second}
    assert await ids(warehouse_id=first) == {in_first}
    assert await ids(low=True) == {in_second}
    assert await ids(supplier_id=other.supplier_id) == await ids(variant_id=other.variant_id) == set()


async def test_the_ledger_is_paged_newest_first_and_filtered() -> None:
    warehouse = await a_warehouse()
    goods = await goods_in(warehouse, units=5)
    await adjust_stock(PLATFORM, AdjustStock(goods.variant_id, warehouse, by=-2, reason="broken"))
    keeper = await a_keeper(supplier_id=goods.supplier_id)

    (newest,) = await stock_movements(keeper, MovementFilter(), first=1, after=None)
    older = await stock_movements(keeper, MovementFilter(), first=5, after=(newest.at, newest.id))

    assert (newest.kind, newest.on_hand, newest.reason, newest.sku) == ("adjust", -2, "broken", goods.sku)
    assert [(one.kind, one.on_hand) for one in older] == [("receipt", 5)]
    assert await stock_movements(keeper, MovementFilter(kind="ship"), first=5, after=None) == []
    assert await stock_movements(keeper, MovementFilter(warehouse_id=new_id()), first=5, after=None) == []
