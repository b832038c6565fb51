import orjson

from domain.catalog.products.change import ProductChange
from domain.catalog.products.edit_products import EditVariant, change_variant
from domain.pricing.refresh_offers import refresh_offer
from domain.pricing.set_prices import PriceChange, store_prices
from domain.shared.database import run, transaction, value
from domain.shared.viewer import PLATFORM
from tests.factories.products import a_new_product, a_variant, stored

EVENT = "SELECT id FROM event WHERE subject_id = $1 AND kind = 'product.variants_removed'"
PRICES = "SELECT prices FROM product_listing WHERE product_id = $1"


async def test_with_a_variant_goes_its_price_from_the_list_once_an_event() -> None:
    made = await stored(await a_new_product(variants=[a_variant(options={"Size": size}) for size in "SM"]))
    cheap, dear = made.variant_ids.values()
    async with transaction():
        await store_prices(PLATFORM, [PriceChange(cheap, "EUR", 100), PriceChange(dear, "EUR", 300)])
    before = orjson.loads(await value(PRICES, made.id))

    await change_variant(PLATFORM, EditVariant(cheap))
    event_id = await value(EVENT, made.id)
    await refresh_offer(event_id, made.id)
    after = orjson.loads(await value(PRICES, made.id))
    await run("""UPDATE product_listing SET prices = '{"EUR": 1}' WHERE product_id = $1""", made.id)
    await refresh_offer(event_id, made.id)

    assert (before, after) == ({"EUR": 100}, {"EUR": 300})
    assert orjson.loads(await value(PRICES, made.id)) == {"EUR": 1}


async def test_nobody_is_told_where_no_variant_is_removed() -> None:
    made = await stored(await a_new_product())

    await stored(ProductChange(product_id=made.id, variants=[a_variant(sku=next(iter(made.variant_ids)), position=4)]))

    assert await value(EVENT, made.id) is None
