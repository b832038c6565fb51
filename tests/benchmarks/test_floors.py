"""The floors do what the shop does, or the ratios to them would say nothing."""

from typing import Any
from uuid import uuid4

import orjson

from api.ids import encode
from benchmarks.buyers import goods
from benchmarks.floor_purchase import purchase
from benchmarks.floor_reads import product_list, product_page
from benchmarks.operations import ADD_LINE, ADDRESS, CREATE_CART, PLACE_ORDER, PRODUCT_LIST, PRODUCT_PAGE
from domain.shared.database import connection, rows, value
from domain.shared.viewer import Viewer
from tests.api.operations import execute
from tests.factories.goods import some_goods
from tests.factories.people import a_person


async def test_the_list_by_hand_is_the_list_of_the_api() -> None:
    for _ in range(4):
        await some_goods(stock=(3, 4))

    asked = await execute(PRODUCT_LIST, first=3)
    async with connection() as raw:
        by_hand = await product_list(raw, 3)

    assert orjson.dumps(by_hand) == orjson.dumps(asked["products"])


async def test_the_page_by_hand_is_the_page_of_the_api() -> None:
    slug = (await some_goods(stock=(3, 4))).slug

    asked = await execute(PRODUCT_PAGE, slug=slug)
    async with connection() as raw:
        by_hand = await product_page(raw, slug)

    assert orjson.dumps(by_hand) == orjson.dumps(asked["product"])


async def test_the_purchase_by_hand_writes_as_many_rows_of_each_table_as_a_purchase() -> None:
    buyer, variants = await a_person(), [(await some_goods()).variant_id for _ in range(2)]
    lines = [one for one in await goods(10_000) if one["variant"] in set(map(str, variants))]

    empty = await _rows_by_table()
    await _bought(buyer, [encode("Variant", one) for one in variants])
    after_api = await _rows_by_table()
    async with connection() as raw:
        await purchase(raw, {"buyer": str(buyer.user_id), "lines": lines})
    after_both = await _rows_by_table()

    assert len(lines) == 2
    assert _more(after_api, after_both) == _more(empty, after_api)
    assert await value("SELECT count(*) FROM orders WHERE buyer_id = $1 AND state = 'pending'", buyer.user_id) == 2


async def _bought(buyer: Viewer, variants: list[str]) -> None:
    async def mutate(document: str, **input: Any) -> Any:
        return next(iter((await execute(document, buyer, input={"idempotencyKey": str(uuid4()), **input})).values()))

    cart = await mutate(CREATE_CART, currency="EUR")
    for variant in variants:
        cart = await mutate(ADD_LINE, cartId=cart["id"], variantId=variant, quantity=1)
    order = await mutate(PLACE_ORDER, cartId=cart["id"], expectedTotal=cart["total"], address=ADDRESS)
    assert order["state"] == "PENDING"


async def _rows_by_table() -> dict[str, int]:
    tables = [one["relname"] for one in await rows("SELECT relname FROM pg_stat_user_tables")]
    return {table: await value(f'SELECT count(*) FROM "{table}"') for table in tables}


def _more(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {table: after[table] - before[table] for table in after if after[table] != before[table]}
