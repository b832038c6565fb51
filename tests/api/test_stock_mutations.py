"""Stock over HTTP, as the people of warehouses and suppliers use it."""

from typing import Any
from uuid import UUID

import pytest

from api.ids import encode
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from tests.api.client import Client, signed_in
from tests.api.operations import execute
from tests.factories.goods import Goods, some_goods
from tests.factories.orders import a_cart
from tests.factories.people import a_person
from tests.factories.stock import Level, a_channel, a_keeper, a_warehouse, goods_in, level_of
from tests.statements import counted_statements

REFUSALS = "... on Error { code message } ... on InvalidInputError { field rule limit }"
SCARCE = "... on OutOfStockError { requested available }"
COUNTED = "... on StockChangedError { sku expected current }"
CREATE = f"""mutation($input: CreateWarehouseInput!) {{ createWarehouse(input: $input) {{
    ... on Warehouse {{ id code name country position channels version }} {REFUSALS} }} }}"""
SET_WAREHOUSES = f"""mutation($input: SetChannelWarehousesInput!) {{ setChannelWarehouses(input: $input) {{
    ... on ChannelWarehouses {{ channel warehouses {{ id channels }} }} {REFUSALS} }} }}"""
LEVEL = "id variantId sku onHand reserved incoming safety backorderLimit lowAt available isLow version warehouse { id }"
LEVELS = f"""query($first: Int!, $after: String, $filter: StockLevelFilter) {{
    stockLevels(first: $first, after: $after, filter: $filter) {{
      nodes {{ {LEVEL} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
MOVEMENTS = """query($first: Int!, $after: String, $filter: StockMovementFilter) {
    stockMovements(first: $first, after: $after, filter: $filter) {
      nodes { id variantId sku kind onHand reserved incoming reference reason at warehouse { id } }
      pageInfo { hasNextPage endCursor } } }"""
TRANSFER = """... on StockTransfer { id state version source { id } destination { id }
    lines { variantId sku quantity received } }"""
TRANSFERS = """query($first: Int!) { stockTransfers(first: $first) { nodes {
    id state version source { id } destination { id } lines { sku quantity received } } } }"""
BEGIN = f"""mutation($input: BeginCheckoutInput!) {{ beginCheckout(input: $input) {{
    ... on Cart {{ id reservedUntil lines {{ sku }} }} {REFUSALS} {SCARCE} }} }}"""


def _change(name: str) -> str:
    kind = name[0].upper() + name[1:]
    refusals = f"{REFUSALS} {COUNTED if name == 'countStock' else ''}"
    return f"""mutation($input: {kind}Input!) {{ {name}(input: $input) {{
        ... on StockLevel {{ {LEVEL} }} {refusals} }} }}"""


def _transfer(name: str) -> str:
    kind = name[0].upper() + name[1:]
    refusals = f"{REFUSALS} {SCARCE if name == 'createTransfer' else ''}"
    return f"""mutation($input: {kind}Input!) {{ {name}(input: $input) {{ {TRANSFER} {refusals} }} }}"""


def _place(goods: Goods, warehouse_id: UUID) -> dict[str, object]:
    return {"variantId": encode("Variant", goods.variant_id), "warehouseId": encode("Warehouse", warehouse_id)}


async def _changed(client: Client, name: str, **input: object) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.ask(_change(name), input=input))[name]
    return answer


async def test_a_warehouse_is_opened_and_a_channel_sells_out_of_it(api: str) -> None:
    keeper, channel = await signed_in(api, await a_keeper()), await a_channel()
    code = f"w{new_id().hex[:20]}"

    made = (await keeper.ask(CREATE, input={"code": code, "name": "North", "country": "DE"}))["createWarehouse"]
    answer = await keeper.ask(
        SET_WAREHOUSES, input={"channel": channel, "warehouseIds": [made["id"]], "expectedWarehouseIds": []}
    )

    assert (made["code"], made["channels"], made["version"]) == (code, [], 1)
    assert answer["setChannelWarehouses"]["warehouses"] == [{"id": made["id"], "channels": [channel]}]


async def test_a_supplier_counts_corrects_and_takes_in_their_own_goods(api: str) -> None:
    warehouse, goods = await a_warehouse(), await some_goods(stock=())
    client = await signed_in(api, await a_keeper(supplier_id=goods.supplier_id))
    place = _place(goods, warehouse)

    await _changed(client, "countStock", **place, onHand=10, expectedOnHand=0)
    await _changed(client, "adjustStock", **place, by=-2, reason="broken")
    await _changed(client, "expectStock", **place, by=5)
    await _changed(client, "receiveStock", **place, quantity=4)
    level = await _changed(client, "setStockRules", **place, safety=1, backorderLimit=3, lowAt=20)

    shown = {name: level[name] for name in ("onHand", "incoming", "available", "isLow", "version")}
    assert shown == {"onHand": 12, "incoming": 1, "available": 14, "isLow": True, "version": 2}
    ledger = (await client.ask(MOVEMENTS, first=10, filter=place))["stockMovements"]["nodes"]
    assert [one["kind"] for one in ledger] == ["receipt", "expect", "adjust", "count"]
    assert [one["reason"] for one in ledger] == [None, None, "broken", None]


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "onHand would take the stock below zero: nothing can be less than none."),
        ("zh-Hans", "onHand 会使库存低于零：库存不能为负数。"),
    ],
)
async def test_negative_stock_is_refused_in_the_callers_language(api: str, language: str, message: str) -> None:
    warehouse = await a_warehouse()
    goods = await goods_in(warehouse, units=3)
    client = await signed_in(api, await a_keeper(), language=language)

    refused = await _changed(client, "countStock", **_place(goods, warehouse), onHand=-1, expectedOnHand=3)

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", "onHand", "negativeStock")
    assert refused["message"] == message


async def test_a_count_that_came_too_late_learns_what_is_there_now(api: str) -> None:
    warehouse = await a_warehouse()
    goods = await goods_in(warehouse, units=3)
    client = await signed_in(api, await a_keeper())

    refused = await _changed(client, "countStock", **_place(goods, warehouse), onHand=1, expectedOnHand=2)

    assert refused["code"] == "STOCK_CHANGED"
    assert (refused["sku"], refused["expected"], refused["current"]) == (goods.sku, 2, 3)


async def test_goods_travel_between_warehouses_in_parts(api: str) -> None:
    source, destination = await a_warehouse(), await a_warehouse()
    goods = await goods_in(source, units=10)
    client, variant = await signed_in(api, await a_keeper()), encode("Variant", goods.variant_id)
    ends = {"sourceId": encode("Warehouse", source), "destinationId": encode("Warehouse", destination)}

    async def ask(name: str, **input: object) -> dict[str, Any]:
        answer: dict[str, Any] = (await client.ask(_transfer(name), input=input))[name]
        return answer

    refused = await ask("createTransfer", **ends, lines=[{"variantId": variant, "quantity": 11}])
    sent = await ask("createTransfer", **ends, lines=[{"variantId": variant, "quantity": 6}])
    partly = await ask("receiveTransfer", transferId=sent["id"], lines=[{"variantId": variant, "quantity": 4}])
    cancelled = await ask("cancelTransfer", transferId=sent["id"], expectedVersion=2)

    assert (refused["code"], refused["requested"], refused["available"]) == ("OUT_OF_STOCK", 11, 10)
    assert [one["state"] for one in (sent, partly, cancelled)] == ["sent", "sent", "cancelled"]
    assert partly["lines"] == [{"variantId": variant, "sku": goods.sku, "quantity": 6, "received": 4}]
    assert await level_of(goods, source) == Level(6, 0, 0)
    assert await level_of(goods, destination) == Level(4, 0, 0)


async def test_the_cart_shows_until_when_its_lines_are_reserved(api: str) -> None:
    buyer, goods = await a_person(), await some_goods(stock=(3,))
    client, cart_id = await signed_in(api, buyer), await a_cart(buyer, goods, 3)
    scarce = await a_cart(buyer, goods, 1)

    begun = (await client.ask(BEGIN, input={"cartId": encode("Cart", cart_id)}))["beginCheckout"]
    refused = (await client.ask(BEGIN, input={"cartId": encode("Cart", scarce)}))["beginCheckout"]

    assert begun["reservedUntil"] is not None
    assert (refused["code"], refused["requested"], refused["available"]) == ("OUT_OF_STOCK", 1, 0)


async def test_lists_of_levels_and_movements_page_through_everything_once(api: str) -> None:
    warehouse, goods = await a_warehouse(), [await some_goods(stock=(1,)) for _ in range(2)]
    third = await goods_in(warehouse, units=1, supplier_id=goods[0].supplier_id)
    more = [await goods_in(warehouse, units=1, supplier_id=third.supplier_id) for _ in range(2)]
    client = await signed_in(api, await a_keeper(supplier_id=third.supplier_id))

    for query, name in ((LEVELS, "stockLevels"), (MOVEMENTS, "stockMovements")):
        seen, after = [], None
        for _ in range(4):
            page = (await client.ask(query, first=1, after=after))[name]
            seen += [one["sku"] for one in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] is False
        assert sorted(seen) == sorted(one.sku for one in (goods[0], third, *more))
        assert (await client.refusal(query, first=1, after="bm8"))["rule"] == "cursor"


async def test_lists_of_stock_cost_the_same_for_one_and_for_twenty(shop: Settings) -> None:
    source, keeper = await a_warehouse(), await a_keeper()
    for _ in range(20):
        goods, destination = await goods_in(source, units=5), await a_warehouse()
        lines = [{"variantId": encode("Variant", goods.variant_id), "quantity": 1}]
        ends = {"sourceId": encode("Warehouse", source), "destinationId": encode("Warehouse", destination)}
        await execute(_transfer("createTransfer"), keeper, input={**ends, "lines": lines})

    counts = {}
    for query, name in ((LEVELS, "stockLevels"), (MOVEMENTS, "stockMovements"), (TRANSFERS, "stockTransfers")):
        for first in (1, 20):
            async with counted_statements(shop) as statements:
                data = await execute(query, keeper, first=first)
            assert len(data[name]["nodes"]) == first
            counts[name, first] = len(statements)

    assert counts == {
        ("stockLevels", 1): 2, ("stockLevels", 20): 2,
        ("stockMovements", 1): 2, ("stockMovements", 20): 2,
        ("stockTransfers", 1): 3, ("stockTransfers", 20): 3,
    }  # fmt: skip
