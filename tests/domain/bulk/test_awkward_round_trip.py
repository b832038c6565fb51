"""Things that a layout has no words for come back as they were."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.bulk.kinds import Format, Layout, OnError
from domain.catalog.attributes.facts import AttributeKind
from domain.catalog.products.change import PublicationChange, PublicationStatus
from domain.catalog.texts.store import TextChange, store_texts
from domain.shared.clock import now
from domain.shared.database import rows, run, value
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from tests.factories.bulk import a_csv, a_plan, cells_of, exported, imported
from tests.factories.channels import a_channel
from tests.factories.definitions import a_product_type, an_attribute
from tests.factories.people import a_supplier
from tests.factories.products import a_new_product, a_variant, stored

STATES = {
    "live": PublicationChange(status=PublicationStatus.LIVE),
    "draft": PublicationChange(status=PublicationStatus.DRAFT),
    "archived": PublicationChange(status=PublicationStatus.ARCHIVED),
    "scheduled": PublicationChange(status=PublicationStatus.SCHEDULED, live_from=now() + timedelta(days=9)),
}


async def everything_of(supplier_id: UUID) -> list[object]:
    """All that a file could change."""
    found = await rows(
        """SELECT p.slug, p.category_id, p.tags, p.attributes, p.version,
             array(SELECT (channel, status, live_from)::text FROM publication WHERE product_id = p.id ORDER BY channel),
             array(SELECT (sku, options, position, weight_grams, barcode)::text FROM variant
                   WHERE product_id = p.id ORDER BY position),
             array(SELECT (field, language, value)::text FROM catalog_text WHERE owner_id = p.id ORDER BY field, language)
           FROM product p WHERE supplier_id = $1 ORDER BY p.id""",
        supplier_id,
    )
    return [tuple(one) for one in found]


async def awkward_goods() -> UUID:
    supplier_id, market = await a_supplier(), (await a_channel(currencies=("CHF",))).name
    for own in (*STATES, None):
        for other in (*STATES, None):
            given = {channel: STATES[state] for channel, state in (("main", own), (market, other)) if state}
            await stored(await a_new_product(supplier_id=supplier_id, publications=given))
    await stored(
        await a_new_product(
            supplier_id=supplier_id,
            tags=["red, white", "none"],
            texts={
                ("name", "en"): "=2+3 pot",
                ("description", "en"): "Two  blanks,\n   indented,\n\n\n\nfar below.\n\n- a list\n&lt;b&gt; &amp; <i>",
            },
            variants=[a_variant(options={"Size": size}, position=place) for size, place in (("S", 3), ("M", 9))],
        )
    )
    await stored(await a_new_product(supplier_id=supplier_id, tags=["none"]))
    return supplier_id


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("format", list(Format))
async def test_a_shop_that_is_exported_and_imported_is_as_it_was(
    tmp_path: Path, format: Format, layout: Layout
) -> None:
    supplier_id = await awkward_goods()
    before = await everything_of(supplier_id)
    path = await exported(tmp_path, layout=layout, format=format, suppliers=(supplier_id,))

    done, notes = await imported(path, a_plan(on_error=OnError.REFUSE_ALL, layout=layout, format=format))

    assert (done.progress.changed, notes.told) == (0, [])
    assert await everything_of(supplier_id) == before


async def test_categories_that_are_called_alike_keep_their_products(tmp_path: Path) -> None:
    supplier_id, word = await a_supplier(), new_id().hex
    categories = [new_id(), new_id()]
    for number, id in enumerate(categories):
        await run("INSERT INTO category (id, slug, position) VALUES ($1, $2, 0)", id, f"c{number}-{word}")
        await use_case(store_texts)([TextChange("category", id, "name", "en", f"Straße {word}")])
        await stored(await a_new_product(supplier_id=supplier_id, category_id=id))
    path = await exported(tmp_path, layout=Layout.SHOPIFY, suppliers=(supplier_id,))

    done, _ = await imported(path, a_plan(layout=Layout.SHOPIFY))

    kept = await rows("SELECT category_id FROM product WHERE supplier_id = $1 ORDER BY id", supplier_id)
    assert (done.progress.changed, [one["category_id"] for one in kept]) == (0, categories)


@pytest.mark.parametrize(
    ("state", "cells", "becomes"),
    [
        ("live", {"Status": "draft"}, "draft"),
        ("scheduled", {"Status": "active", "Published": "true"}, "live"),
        ("scheduled", {"Status": "archived"}, "archived"),
        ("archived", {"Status": "draft"}, "draft"),
        ("scheduled", {"Status": "draft"}, "scheduled"),
    ],
)
async def test_a_status_that_a_file_of_shopifys_changes_is_changed(
    tmp_path: Path, state: str, cells: dict[str, str], becomes: str
) -> None:
    supplier_id = await a_supplier()
    product = await stored(await a_new_product(supplier_id=supplier_id, publications={"main": STATES[state]}))
    (row, *_) = cells_of(await exported(tmp_path, layout=Layout.SHOPIFY, suppliers=(supplier_id,)))

    await imported(a_csv(tmp_path, [row | cells]), a_plan(layout=Layout.SHOPIFY))

    (found,) = await rows("SELECT status FROM publication WHERE product_id = $1 AND channel = 'main'", product.id)
    assert found["status"] == becomes


async def test_a_choice_that_is_called_none_is_no_order_to_remove_it(tmp_path: Path) -> None:
    supplier_id = await a_supplier()
    attribute_id, code = await an_attribute(AttributeKind.CHOICE, "none", "silk")
    kind = await value("SELECT code FROM product_type WHERE id = $1", await a_product_type(attribute_id))
    given = await a_new_product(supplier_id=supplier_id, product_type=kind, attributes={code: "none"})
    product = await stored(given)
    path = await exported(tmp_path, suppliers=(supplier_id,))

    done, notes = await imported(path, a_plan())

    (found,) = await rows("SELECT attributes ->> $2 AS value FROM product WHERE id = $1", product.id, code)
    assert (done.progress.changed, notes.told, found["value"]) == (0, [], "none")
