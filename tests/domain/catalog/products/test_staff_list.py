from uuid import UUID

import pytest

from domain.catalog.products.change import Approval, ProductChange, PublicationStatus
from domain.catalog.products.staff_list import StaffFilter, staff_products
from domain.shared.errors import NotAllowed
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.viewer import PLATFORM, Viewer
from tests.factories.channels import a_channel
from tests.factories.people import a_person, a_supplier
from tests.factories.products import (
    ARCHIVED,
    LIVE,
    a_category,
    a_new_product,
    a_supplying_person,
    a_variant,
    stored,
    supplier_of,
)
from tests.statements import counted_statements


async def _found(wanted: StaffFilter, viewer: Viewer = PLATFORM) -> list[UUID]:
    return [one.id for one in await staff_products(viewer, wanted, first=100, after=None)]


async def test_the_last_changed_come_first_and_pages_join() -> None:
    supplier_id = await a_supplier()
    made = [(await stored(await a_new_product(supplier_id=supplier_id))).id for _ in range(3)]
    await stored(ProductChange(product_id=made[0], tags=["touched"]))
    seen: list[UUID] = []
    after = None

    for _ in range(3):
        (one,) = await staff_products(PLATFORM, StaffFilter(supplier_id=supplier_id), first=1, after=after)
        seen.append(one.id)
        after = (one.updated_at, one.id)

    assert seen == [made[0], made[2], made[1]]


async def test_drafts_live_ones_and_archived_ones_are_found_by_channel() -> None:
    supplier_id, other = await a_supplier(), (await a_channel()).name
    draft, live, archived = [
        (await stored(await a_new_product(supplier_id=supplier_id, publications=given))).id
        for given in ({}, {"main": LIVE}, {"main": ARCHIVED, other: LIVE})
    ]

    async def found(status: PublicationStatus, channel: str | None = None) -> set[UUID]:
        return set(await _found(StaffFilter(status=status, channel=channel, supplier_id=supplier_id)))

    assert await found(PublicationStatus.DRAFT, "main") == {draft}
    assert await found(PublicationStatus.DRAFT, other) == {draft, live}
    assert await found(PublicationStatus.LIVE) == {live, archived}
    assert await found(PublicationStatus.LIVE, "main") == {live}
    assert await found(PublicationStatus.ARCHIVED) == {archived}
    assert await found(PublicationStatus.SCHEDULED) == set()


async def test_what_waits_for_approval_is_found_among_ones_own_only() -> None:
    supplier, another = await a_supplying_person(), await a_supplying_person()
    waiting = await stored(await a_new_product(supplier_id=supplier_of(supplier)), viewer=supplier)
    await stored(await a_new_product(supplier_id=supplier_of(supplier)))

    assert await _found(StaffFilter(approval=Approval.WAITING), supplier) == [waiting.id]
    assert await _found(StaffFilter(approval=Approval.WAITING), another) == []
    assert await _found(StaffFilter(supplier_id=supplier_of(supplier)), another) == []
    assert waiting.id in await _found(StaffFilter(approval=Approval.WAITING))


async def test_a_text_finds_names_skus_slugs_and_external_ids() -> None:
    word, sku, external = new_id().hex, f"SKU%{new_id().hex}", f"ext_{new_id().hex}"
    made = await stored(
        await a_new_product(
            texts={("name", "en"): "Pot", ("name", "zh-Hans"): f"茶壶{word}"},
            slug=f"pot-{word}",
            external_id=external,
            variants=[a_variant(sku=sku)],
        )
    )

    for text in (word, f"pot-{word[:30]}", sku.lower(), external[:20], f"壶{word.upper()}"):
        assert await _found(StaffFilter(text=text)) == [made.id], text
    for text in (f"ot-{word}", sku.replace("%", "_"), "%" + word):
        assert await _found(StaffFilter(text=text)) == [], text


async def test_a_category_and_a_type_narrow_the_list() -> None:
    category_id = await a_category()
    made = await stored(await a_new_product(category_id=category_id))

    assert await _found(StaffFilter(category_id=category_id)) == [made.id]
    assert await _found(StaffFilter(category_id=category_id, product_type="unknown")) == []


async def test_it_is_one_statement_and_not_for_everybody(shop: Settings) -> None:
    async with counted_statements(shop) as statements:
        await _found(StaffFilter(status=PublicationStatus.LIVE, text="pot"))

    assert len(statements) == 1
    with pytest.raises(NotAllowed):
        await _found(StaffFilter(), await a_person())
