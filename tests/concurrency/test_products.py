import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson

from domain.catalog.attributes.facts import AttributeKind
from domain.catalog.products.change import ProductChange, PublicationChange, PublicationStatus
from domain.catalog.products.decide_approval import DecideApproval, approve_product
from domain.catalog.products.edit_products import EditProduct, create_product, update_product
from domain.catalog.products.publish import PublishProduct, publish_due, publish_product
from domain.catalog.products.store import store_products
from domain.pricing.set_prices import PriceChange, store_prices
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, transaction, value
from domain.shared.errors import DomainError, NotFound
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM
from tests.factories.definitions import a_product_type, an_attribute
from tests.factories.products import (
    LIVE,
    a_catalogue_manager,
    a_new_product,
    a_supplying_person,
    a_variant,
    listed_in,
    product_row,
    stored,
    supplier_of,
)


async def _kinds(*attempts: Any) -> Counter[str]:
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    return Counter(type(one).__name__ for one in answers)


async def test_of_products_made_at_once_with_one_slug_one_gets_it() -> None:
    slug = f"slug-{new_id().hex}"
    changes = [await a_new_product(slug=slug) for _ in range(6)]

    kinds = await _kinds(*(create_product(PLATFORM, EditProduct(one)) for one in changes))

    assert kinds == {"UUID": 1, "SlugTaken": 5}
    assert await value("SELECT count(*) FROM product WHERE slug = $1", slug) == 1


async def test_of_products_made_at_once_with_one_sku_in_any_case_one_gets_it() -> None:
    sku = f"sku-{new_id().hex}"
    changes = [await a_new_product(variants=[a_variant(sku=one)]) for one in (sku, sku.upper(), sku.title(), sku)]

    kinds = await _kinds(*(create_product(PLATFORM, EditProduct(one)) for one in changes))

    assert kinds == {"UUID": 1, "SkuTaken": 3}
    assert await value("SELECT count(*) FROM variant WHERE lower(sku) = $1", sku) == 1


async def test_products_made_at_once_with_one_name_all_get_a_slug() -> None:
    name = f"Pot {new_id().hex}"
    changes = [await a_new_product(texts={("name", "en"): name}) for _ in range(4)]

    kinds = await _kinds(*(create_product(PLATFORM, EditProduct(one)) for one in changes))

    assert kinds == {"UUID": 4}
    found = await rows("SELECT slug FROM product WHERE slug LIKE $1", f"{name.lower().replace(' ', '-')}%")
    assert len({one["slug"] for one in found}) == 4


async def test_imports_of_the_same_products_at_once_make_each_once() -> None:
    first = await a_new_product(external_id="0")
    batch = [replace(first, external_id=f"{n}", variants=[a_variant()]) for n in range(20)]

    answers = await asyncio.gather(
        *(use_case(store_products)(PLATFORM, some) for some in (batch, batch[::-1], batch, batch[::-1]))
    )

    outcomes = Counter(one.outcome for answer in answers for one in answer)  # type: ignore[union-attr] # a refusal has none, and fails
    assert outcomes == {"created": 20, "unchanged": 60}
    assert await value("SELECT count(*) FROM product WHERE supplier_id = $1", first.supplier_id) == 20


async def test_of_updates_of_one_version_at_once_one_is_done() -> None:
    made = await stored(await a_new_product())
    changes = [ProductChange(product_id=made.id, tags=[f"{n}"], expected_version=1) for n in range(5)]

    kinds = await _kinds(*(update_product(PLATFORM, EditProduct(one)) for one in changes))

    assert kinds == {"UUID": 1, "StaleVersion": 4}
    assert (await product_row(made.id))["version"] == 2


async def test_variants_added_at_once_do_not_choose_the_same() -> None:
    made = await stored(await a_new_product(variants=[a_variant(options={"Size": "S"})]))
    changes = [ProductChange(product_id=made.id, variants=[a_variant(options={"Size": "M"})]) for _ in range(4)]

    kinds = await _kinds(*(update_product(PLATFORM, EditProduct(one)) for one in changes))

    assert kinds == {"UUID": 1, "InvalidInput": 3}
    assert await value("SELECT count(*) FROM variant WHERE product_id = $1", made.id) == 2


async def test_a_product_that_is_published_while_it_is_approved_is_on_sale() -> None:
    manager, supplier = await a_catalogue_manager(), await a_supplying_person()
    changes = [await a_new_product(supplier_id=supplier_of(supplier), publications={}) for _ in range(6)]
    product_ids = [(await stored(one, viewer=supplier)).id for one in changes]

    await asyncio.gather(
        *(publish_product(supplier, PublishProduct(one, {"main": LIVE})) for one in product_ids),
        *(approve_product(manager, DecideApproval(one)) for one in product_ids),
    )

    assert [await listed_in(one) for one in product_ids] == [["main"]] * 6
    assert [(await product_row(one))["version"] for one in product_ids] == [3] * 6


async def test_what_goes_live_by_the_clock_while_it_is_changed_loses_neither() -> None:
    moment = now() + timedelta(hours=9)
    with clock_at(moment):
        await publish_due()  # what other tests left behind
    scheduled = PublicationChange(status=PublicationStatus.SCHEDULED, live_from=moment)
    made = [await stored(await a_new_product(publications={"main": scheduled})) for _ in range(6)]
    changes = [ProductChange(product_id=one.id, tags=["changed"]) for one in made]

    with clock_at(moment):
        changing = asyncio.gather(*(update_product(PLATFORM, EditProduct(one)) for one in changes))
        counted = await publish_due()
        await changing
        counted += await publish_due()

    assert counted == 6
    assert [await listed_in(one.id) for one in made] == [["main"]] * 6
    assert [(await product_row(one.id))["tags"] for one in made] == ['["changed"]'] * 6


async def test_a_change_that_waited_for_another_one_is_judged_by_the_type_that_that_one_gave() -> None:
    attribute_id, code = await an_attribute(AttributeKind.NUMBER)
    old, new = [
        await value("SELECT code FROM product_type WHERE id = $1", await a_product_type(*given))
        for given in ([], [attribute_id])
    ]
    made = await stored(await a_new_product(product_type=old))
    is_locked = asyncio.Event()

    async def first() -> None:
        async with transaction():
            await store_products(PLATFORM, [ProductChange(product_id=made.id, product_type=new)])
            is_locked.set()
            await asyncio.sleep(0.3)

    async def second() -> None:
        await is_locked.wait()
        await stored(ProductChange(product_id=made.id, attributes={code: "2"}))

    await asyncio.gather(first(), second())

    assert orjson.loads((await product_row(made.id))["attributes"]) == {code: "2"}


async def test_prices_that_waited_for_the_removal_of_their_variant_do_not_find_it() -> None:
    kept, gone = a_variant(options={"size": "S"}), a_variant(options={"size": "M"})
    made = await stored(await a_new_product(variants=[kept, gone]))
    gone_id = made.variant_ids[gone.sku or ""]
    is_locked = asyncio.Event()

    async def first() -> None:
        async with transaction():
            await store_products(PLATFORM, [ProductChange(product_id=made.id, removed_variants=[gone_id])])
            is_locked.set()
            await asyncio.sleep(0.3)

    async def second() -> list[bool | DomainError]:
        await is_locked.wait()
        async with transaction():
            return await store_prices(PLATFORM, [PriceChange(gone_id, "EUR", 100)])

    _, (answer,) = await asyncio.gather(first(), second())

    assert isinstance(answer, NotFound)
