from collections.abc import Callable
from uuid import UUID

import pytest

from domain.catalog.media.add import AddProductMediaFromUrl, add_product_media_from_url
from domain.catalog.products.change import ProductChange
from domain.catalog.products.decide_approval import DecideApproval, approve_product, refuse_product
from domain.catalog.products.errors import NotWaitingForApproval
from domain.catalog.products.publish import PublishProduct, publish_product
from domain.catalog.texts.given import Translation
from domain.catalog.texts.translate import SetTranslations, Translated, set_translations
from domain.shared.database import rows, run
from domain.shared.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import Viewer
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

Configure = Callable[..., None]


async def _offered(supplier: Viewer) -> UUID:
    return (await stored(await a_new_product(supplier_id=supplier_of(supplier)), viewer=supplier)).id


async def test_a_suppliers_first_product_is_on_sale_once_it_is_approved() -> None:
    supplier, manager = await a_supplying_person(), await a_catalogue_manager()

    product_id = await _offered(supplier)
    before = await listed_in(product_id)
    await approve_product(manager, DecideApproval(product_id, expected_version=1))

    assert (before, await listed_in(product_id)) == ([], ["main"])
    kinds = await rows("SELECT kind, sequence FROM event WHERE subject_id = $1 ORDER BY serial", product_id)
    assert [tuple(one) for one in kinds] == [("product.created", 1), ("product.waiting", 1), ("product.approved", 2)]
    await stored(ProductChange(product_id=product_id, tags=["new"]), viewer=supplier)
    assert await listed_in(product_id) == ["main"]


async def test_where_every_change_is_looked_at_it_waits_again_but_not_for_publishing(configure: Configure) -> None:
    configure(supplier_approval="every")
    supplier, manager = await a_supplying_person(), await a_catalogue_manager()
    product_id = await _offered(supplier)
    (variant_id,) = [one["id"] for one in await rows("SELECT id FROM variant WHERE product_id = $1", product_id)]

    for change in (
        ProductChange(product_id=product_id, tags=["new"]),
        ProductChange(product_id=product_id, texts={("name", "zh-Hans"): "新的"}),
        ProductChange(product_id=product_id, variants=[a_variant(sku=None, variant_id=variant_id, weight_grams=7)]),
    ):
        await approve_product(manager, DecideApproval(product_id))
        approved = await listed_in(product_id)
        await stored(change, viewer=supplier)
        assert (approved, await listed_in(product_id)) == (["main"], [])
    await approve_product(manager, DecideApproval(product_id))
    chinese = Translated("product", product_id, (Translation("name", "zh-Hans", "更新的"),))
    await set_translations(supplier, SetTranslations(chinese))
    assert await listed_in(product_id) == []
    await approve_product(manager, DecideApproval(product_id))
    await publish_product(supplier, PublishProduct(product_id, {"main": LIVE}))
    await stored(ProductChange(product_id=product_id, tags=["by staff"]), viewer=manager)
    assert await listed_in(product_id) == ["main"]


async def test_where_nobody_is_asked_it_is_on_sale_at_once(configure: Configure) -> None:
    configure(supplier_approval="never")

    assert await listed_in(await _offered(await a_supplying_person())) == ["main"]


async def test_what_was_refused_waits_again_once_its_supplier_has_changed_it() -> None:
    supplier, manager = await a_supplying_person(), await a_catalogue_manager()
    product_id = await _offered(supplier)
    await approve_product(manager, DecideApproval(product_id))

    await refuse_product(manager, DecideApproval(product_id, note="The picture shows another pot."))
    refused = await product_row(product_id)
    listed = await listed_in(product_id)
    await stored(ProductChange(product_id=product_id, tags=["better"]), viewer=supplier)
    waiting = await product_row(product_id)

    assert (refused["approval"], refused["approval_note"], listed) == ("refused", "The picture shows another pot.", [])
    assert (waiting["approval"], waiting["approval_note"]) == ("waiting", None)


async def test_staffs_own_products_need_no_approval() -> None:
    made = await stored(await a_new_product(), viewer=await a_catalogue_manager())

    with pytest.raises(NotWaitingForApproval):
        await approve_product(await a_catalogue_manager(), DecideApproval(made.id))
    assert await listed_in(made.id) == ["main"]


async def test_suppliers_do_not_approve_and_staff_do_not_approve_what_they_have_not_seen() -> None:
    supplier, manager = await a_supplying_person(), await a_catalogue_manager()
    product_id = await _offered(supplier)
    await stored(ProductChange(product_id=product_id, tags=["changed"]), viewer=supplier)

    with pytest.raises(NotAllowed):
        await approve_product(supplier, DecideApproval(product_id))
    with pytest.raises(StaleVersion):
        await approve_product(manager, DecideApproval(product_id, expected_version=1))
    with pytest.raises(NotFound):
        await approve_product(manager, DecideApproval(new_id()))
    with pytest.raises(InvalidInput) as refused:
        await refuse_product(manager, DecideApproval(product_id))
    assert (refused.value.field, refused.value.rule) == ("note", "length")
    assert await listed_in(product_id) == []


async def test_nothing_is_approved_while_there_are_pictures_that_nobody_can_have_seen() -> None:
    supplier, manager = await a_supplying_person(), await a_catalogue_manager()
    product_id = await _offered(supplier)
    remote = AddProductMediaFromUrl(product_id, "https://pictures.example/another-one-tomorrow.jpg")
    media_id = await add_product_media_from_url(supplier, remote)

    with pytest.raises(InvalidInput) as refused:
        await approve_product(manager, DecideApproval(product_id))
    await run("UPDATE media SET state = 'failed' WHERE id = $1", media_id)
    await approve_product(manager, DecideApproval(product_id))

    assert (refused.value.field, refused.value.rule) == ("productId", "picturesWaiting")
    assert await listed_in(product_id) == ["main"]
