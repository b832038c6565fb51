"""Rows that were never indexed, and words that nobody uses any more."""

from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.listing.reindex import count_words, products_to_index, reindex
from domain.catalog.texts.store import TextChange, store_texts
from domain.shared.database import run, value
from domain.shared.transactions import use_case
from tests.factories.goods import some_goods

_INDEXED = "SELECT indexed_at IS NOT NULL AND document <> '' FROM product_listing WHERE product_id = $1"


async def test_products_that_were_never_indexed_are_and_others_are_left_alone() -> None:
    waiting, absent, done = await some_goods(), await some_goods(), await some_goods()
    await run("UPDATE product_listing SET indexed_at = NULL, document = NULL WHERE product_id = $1", waiting.product_id)
    await run("DELETE FROM product_listing WHERE product_id = $1", absent.product_id)
    before = await value("SELECT xmin::text FROM product_listing WHERE product_id = $1", done.product_id)
    told = list[int]()

    expected = await products_to_index(everything=False)
    await reindex(told.append, everything=False)

    assert sum(told) == expected >= 2
    assert await value(_INDEXED, waiting.product_id)
    assert await value(_INDEXED, absent.product_id)
    assert await value("SELECT xmin::text FROM product_listing WHERE product_id = $1", done.product_id) == before
    assert await products_to_index(everything=False) == 0


async def test_words_are_counted_and_those_of_nothing_on_sale_are_forgotten() -> None:
    first, _ = await some_goods(name="Zyxkettle"), await some_goods(name="Zyxkettle two")
    gone = await some_goods(name="Qwvteapot")
    await use_case(store_texts)([TextChange("product", gone.product_id, "name", "en", "Another")])
    await use_case(refresh_listings)([first.product_id, gone.product_id])

    await count_words(None)

    assert await value("SELECT documents FROM search_word WHERE word = 'zyxkettle'") == 2
    assert await value("SELECT count(*) FROM search_word WHERE word = 'qwvteapot'") == 0
