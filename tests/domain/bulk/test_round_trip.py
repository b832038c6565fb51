from pathlib import Path
from uuid import UUID

import pytest

from domain.bulk.importing.run_import import run_import
from domain.bulk.kinds import Format, Layout, OnError
from domain.catalog.products.change import PublicationChange, PublicationStatus
from domain.shared.database import value
from domain.shared.viewer import PLATFORM
from tests.factories.bulk import Notes, a_plan, exported, imported
from tests.factories.people import a_supplier
from tests.factories.products import a_new_product, a_variant, stored


async def a_suppliers_goods() -> UUID:
    """A supplier with a product that has something of everything, and one that has little."""
    supplier_id = await a_supplier()
    rich = await a_new_product(
        supplier_id=supplier_id,
        external_id="=SUM(A1)",
        tags=["Tea", "Gift"],
        texts={
            ("name", "en"): '+Pot, with "quotes"',
            ("name", "zh-Hans"): "茶壶",
            ("description", "en"): "First paragraph.\n\nSecond one,\nwith two lines & <b>no</b> markup.",
        },
        variants=[
            a_variant(options={"Colour": "red", "Size": "M"}, barcode="0042", weight_grams=900),
            a_variant(options={"Colour": "-red", "Size": "L"}),
        ],
        publications={"main": PublicationChange(status=PublicationStatus.ARCHIVED)},
    )
    await stored(rich)
    await stored(await a_new_product(supplier_id=supplier_id))
    return supplier_id


@pytest.mark.parametrize("format", list(Format))
async def test_an_export_that_is_imported_again_changes_nothing(tmp_path: Path, format: Format) -> None:
    supplier_id = await a_suppliers_goods()
    path = await exported(tmp_path, format=format, suppliers=(supplier_id,))
    before = await value("SELECT count(*) FROM event")

    notes = Notes()
    plan = a_plan(on_error=OnError.REFUSE_ALL, format=format)
    done = await run_import(PLATFORM, path, plan, notes)

    assert (done.progress.done, done.progress.changed, notes.told) == (3, 0, [])
    assert await value("SELECT count(*) FROM event") == before


async def test_the_same_holds_for_shopifys_layout(tmp_path: Path) -> None:
    supplier_id = await a_suppliers_goods()
    path = await exported(tmp_path, layout=Layout.SHOPIFY, suppliers=(supplier_id,))

    done, notes = await imported(path, a_plan(on_error=OnError.REFUSE_ALL, layout=Layout.SHOPIFY))

    assert (done.progress.done, done.progress.changed, notes.told) == (3, 0, [])
