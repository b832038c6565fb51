"""Prices set by several at the same moment."""

import asyncio
import random

import orjson

from domain.pricing.queries import all_prices
from domain.pricing.set_prices import PriceChange, SetPrices, set_prices
from domain.shared.database import run, value
from domain.shared.ids import new_id
from domain.shared.viewer import PLATFORM
from tests.factories.goods import some_goods
from tests.factories.roles import a_person_with


async def test_lists_know_the_lowest_price_whoever_sets_which_variants_and_nobody_waits_in_a_circle() -> None:
    """Variants in random order, so that an uneven lock order would deadlock."""
    shelf = [await some_goods(prices={"EUR": 5000}) for _ in range(4)]
    for goods in shelf:
        await run(
            "INSERT INTO variant (id, product_id, sku, options, position) VALUES ($1, $2, $3, '{}', 1)",
            new_id(),
            goods.product_id,
            f"SKU-{new_id()}",
        )
    products = [goods.product_id for goods in shelf]
    variant_ids = await value("SELECT array_agg(id) FROM variant WHERE product_id = ANY($1)", products)
    dice = random.Random(7)

    async def one_person() -> None:
        some = dice.sample(variant_ids, k=5)
        await set_prices(PLATFORM, SetPrices(tuple(PriceChange(one, "EUR", dice.randint(1, 9999)) for one in some)))

    await asyncio.gather(*(one_person() for _ in range(60)))

    found = await all_prices(variant_ids)
    for goods in shelf:
        own = await value("SELECT array_agg(id) FROM variant WHERE product_id = $1", goods.product_id)
        listed = orjson.loads(await value("SELECT prices FROM product_listing WHERE product_id = $1", goods.product_id))
        assert listed == {"EUR": min(price.price.minor for one in own for price in found.get(one, []))}


async def test_the_same_key_ten_times_at_once_sets_once() -> None:
    manager, goods = await a_person_with("prices.write"), await some_goods()
    command = SetPrices((PriceChange(goods.variant_id, "EUR", 777),), key="at once")

    outcomes = await asyncio.gather(*(set_prices(manager, command) for _ in range(10)))

    assert outcomes == [[goods.variant_id]] * 10
    assert await value("SELECT count(*) FROM audit_entry WHERE subject_id = $1", goods.variant_id) == 1
