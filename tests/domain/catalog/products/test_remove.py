from uuid import UUID

import pytest

from domain.catalog.products.change import ProductChange
from domain.catalog.products.errors import ProductInUse, ProductOnSale
from domain.catalog.products.publish import ArchiveProduct, archive_product
from domain.catalog.products.queries import product_id_by_slug
from domain.catalog.products.remove import RemoveProduct, remove_product
from domain.shared.database import rows, run, value
from domain.shared.errors import NotFound, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import PLATFORM
from tests.factories.goods import some_goods
from tests.factories.products import ARCHIVED, a_new_product, a_supplying_person, product_row, stored

TRACES = """SELECT (SELECT count(*) FROM product WHERE id = $1) + (SELECT count(*) FROM variant WHERE product_id = $1)
    + (SELECT count(*) FROM catalog_text WHERE owner_id = $1) + (SELECT count(*) FROM former_slug WHERE owner_id = $1)
    + (SELECT count(*) FROM product_listing WHERE product_id = $1)
    + (SELECT count(*) FROM media WHERE product_id = $1)"""


async def _archived(**given: object) -> UUID:
    return (await stored(await a_new_product(publications={"main": ARCHIVED}, **given))).id


async def test_what_was_never_sold_leaves_no_trace_but_in_the_log() -> None:
    product_id = await _archived()
    former = (await product_row(product_id))["slug"]
    await stored(ProductChange(product_id=product_id, slug=f"other-{product_id}"))
    media_id = new_id()
    await run(
        "INSERT INTO media (id, product_id, position, state, created_at) VALUES ($1, $2, 0, 'waiting', now())",
        media_id,
        product_id,
    )

    assert await remove_product(PLATFORM, RemoveProduct(product_id, expected_version=2)) == product_id

    assert await value(TRACES, product_id) == 0
    assert await product_id_by_slug(former) is None
    told = await rows("SELECT kind FROM event WHERE subject_id = ANY($1) ORDER BY serial", [product_id, media_id])
    assert [one["kind"] for one in told][-2:] == ["product.removed", "media.removed"]
    assert await value(
        "SELECT count(*) FROM audit_entry WHERE subject_id = $1 AND action = 'removeProduct'", product_id
    )


async def test_what_is_on_sale_is_archived_first() -> None:
    made = await stored(await a_new_product())

    with pytest.raises(ProductOnSale) as refused:
        await remove_product(PLATFORM, RemoveProduct(made.id))
    await archive_product(PLATFORM, ArchiveProduct(made.id))
    await remove_product(PLATFORM, RemoveProduct(made.id))

    assert refused.value.channels == ("main",)
    assert await value(TRACES, made.id) == 0


async def test_what_has_stock_or_was_ordered_stays() -> None:
    goods = await some_goods()
    await archive_product(PLATFORM, ArchiveProduct(goods.product_id))

    with pytest.raises(ProductInUse) as refused:
        await remove_product(PLATFORM, RemoveProduct(goods.product_id))

    assert refused.value.slug == goods.slug
    assert await value("SELECT count(*) FROM catalog_text WHERE owner_id = $1", goods.product_id) > 0


async def test_a_key_used_twice_removes_once_and_what_is_not_ones_own_is_not_found() -> None:
    product_id, other = await _archived(), await _archived()
    command = RemoveProduct(product_id, key=f"remove {product_id}")

    for _ in range(2):
        assert await remove_product(PLATFORM, command) == product_id

    with pytest.raises(NotFound):
        await remove_product(PLATFORM, RemoveProduct(product_id))
    with pytest.raises(NotFound):
        await remove_product(await a_supplying_person(), RemoveProduct(other))
    with pytest.raises(StaleVersion):
        await remove_product(PLATFORM, RemoveProduct(other, expected_version=7))
