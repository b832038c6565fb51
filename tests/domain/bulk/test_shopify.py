"""Moving in from Shopify, and out to it."""

from pathlib import Path

import pytest

from domain.bulk.importing.plan import ImportPlan
from domain.bulk.kinds import Layout, OnError, Placing
from domain.bulk.layouts.html_text import html_of, text_of
from domain.shared.database import rows, value
from domain.shared.ids import new_id
from tests.factories.bulk import a_csv, a_plan, cells_of, exported, imported
from tests.factories.goods import some_goods
from tests.factories.people import a_supplier

Cells = dict[str, object]


def a_shirt(handle: str) -> list[Cells]:
    """As Shopify's admin exports it: three variants, of which two have no SKU, and a second picture."""
    return [
        {
            "Handle": handle,
            "Title": "Ocean Shirt",
            "Body (HTML)": "<p>Blue &amp; <b>soft</b>.</p><script>steal()</script><ul><li>Cotton</li></ul>",
            "Vendor": "partners-demo",
            "Product Category": "Apparel > Shirts",
            "Type": "Shirt",
            "Tags": "men, summer",
            "Published": "true",
            "Option1 Name": "Size",
            "Option1 Value": "S",
            "Variant SKU": f"{handle}-1",
            "Variant Grams": "199.58",
            "Variant Inventory Tracker": "shopify",
            "Variant Inventory Qty": "7",
            "Variant Price": "50.00",
            "Variant Compare At Price": "60",
            "Image Src": "https://cdn.example/shirt.jpg",
            "Image Position": "1",
            "Google Shopping / Gender": "unisex",
            "Status": "active",
        },
        {"Handle": handle, "Option1 Value": "M", "Variant Price": "50", "Image Src": "https://cdn.example/back.jpg"},
        {
            "Handle": handle,
            "Option1 Value": "L",
            "Variant Price": "52",
            "Variant Image": "https://cdn.example/back.jpg",
        },
        {"Handle": handle, "Image Src": "https://cdn.example/side.jpg", "Image Position": "3"},
    ]


async def a_shopify_plan(on_error: OnError = OnError.REFUSE_ALL) -> ImportPlan:
    await some_goods()  # a warehouse for the stock
    return a_plan(
        on_error=on_error,
        layout=Layout.SHOPIFY,
        placing=Placing(currency="EUR", create_categories=True),
        supplier_id=await a_supplier(),
    )


async def test_a_shop_moves_in_with_variants_texts_prices_stock_and_pictures(tmp_path: Path) -> None:
    handle = f"shirt-{new_id().hex}"
    plan = await a_shopify_plan()

    done, notes = await imported(a_csv(tmp_path, a_shirt(handle)), plan)

    assert (done.refused, notes.told, done.progress.changed) == (False, [], 4)
    (made,) = await rows("SELECT * FROM product WHERE slug = $1", handle)
    assert (made["external_id"], made["options"], made["tags"]) == (handle, '["Size"]', '["men", "summer"]')
    variants = await rows(
        """SELECT v.sku, v.options->>'Size' AS size, v.weight_grams, c.minor, c.compare_at_minor, l.on_hand FROM variant v
           JOIN price c ON c.variant_id = v.id LEFT JOIN stock_level l ON l.variant_id = v.id
           WHERE v.product_id = $1 ORDER BY v.position""",
        made["id"],
    )
    assert [tuple(one) for one in variants] == [
        (f"{handle}-1", "S", 200, 5000, 6000, 7),
        (f"{handle}-m", "M", None, 5000, None, None),
        (f"{handle}-l", "L", None, 5200, None, None),
    ]
    text = "SELECT value FROM catalog_text WHERE owner_id = $1 AND field = 'description'"
    assert await value(text, made["id"]) == "Blue & soft.\n\n\N{BULLET} Cotton"
    pictures = await rows("SELECT source_url, state FROM media WHERE product_id = $1 ORDER BY position", made["id"])
    assert [one["source_url"].rpartition("/")[2] for one in pictures] == ["shirt.jpg", "back.jpg", "side.jpg"]
    shown = "SELECT m.source_url FROM variant v JOIN media m ON m.id = v.media_id WHERE v.product_id = $1"
    assert [one["source_url"] for one in await rows(shown, made["id"])] == ["https://cdn.example/back.jpg"]
    status = "SELECT status FROM publication WHERE product_id = $1 AND channel = 'main'"
    assert await value(status, made["id"]) == "live"


async def test_moving_in_twice_changes_nothing_the_second_time(tmp_path: Path) -> None:
    path, plan = a_csv(tmp_path, a_shirt(f"shirt-{new_id().hex}")), await a_shopify_plan()
    await imported(path, plan)

    done, notes = await imported(path, plan)

    assert (done.progress.done, done.progress.changed, notes.told) == (4, 0, [])


async def test_the_columns_of_shopifys_newer_sample_are_read_too(tmp_path: Path) -> None:
    handle = f"mug-{new_id().hex}"
    given: Cells = {
        "Title": "Mug",
        "URL handle": handle,
        "Description": "A mug",
        "Product category": "Kitchen",
        "Published on online store": "TRUE",
        "Status": "Active",
        "SKU": handle,
        "Option1 name": "Title",
        "Option1 value": "Default Title",
        "Price": "9.5",
        "Compare-at price": "",
        "Weight value (grams)": "300",
    }

    _, notes = await imported(a_csv(tmp_path, [given]), await a_shopify_plan())

    assert notes.told == []
    (found,) = await rows("SELECT v.options, v.weight_grams FROM variant v WHERE v.sku = $1", handle)
    assert tuple(found) == ("{}", 300)


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("Variant Inventory Qty", "-3", "range"),
        ("Variant Price", "12,50", "number"),
        ("Variant Price", "1.999", "decimals"),
        ("Image Src", "javascript:alert(1)", "webAddress"),
        ("Status", "sold", "oneOf"),
    ],
)
async def test_a_wrong_cell_is_named_by_shopifys_column(tmp_path: Path, column: str, cell: str, rule: str) -> None:
    (first, *_) = a_shirt(f"shirt-{new_id().hex}")

    done, notes = await imported(a_csv(tmp_path, [first | {column: cell}]), await a_shopify_plan())

    assert done.refused
    assert notes.told == [(2, column, rule)]


async def test_what_moves_out_is_what_shopify_reads(tmp_path: Path) -> None:
    handle = f"shirt-{new_id().hex}"
    plan = await a_shopify_plan()
    await imported(a_csv(tmp_path, a_shirt(handle)), plan)

    assert plan.supplier_id is not None
    path = await exported(
        tmp_path, layout=Layout.SHOPIFY, suppliers=(plan.supplier_id,), placing=Placing(currency="EUR")
    )

    first, second, third = cells_of(path)
    assert (first["Handle"], first["Title"], first["Status"]) == (handle, "Ocean Shirt", "active")
    assert first["Body (HTML)"] == "<p>Blue &amp; soft.</p><p>\N{BULLET} Cotton</p>"
    assert first["Product Category"] == "Apparel > Shirts"
    assert (first["Option1 Name"], first["Option1 Value"], second["Option1 Value"]) == ("Size", "S", "M")
    assert (first["Variant Price"], first["Variant Compare At Price"], first["Variant Inventory Qty"]) == (
        "50.00",
        "60.00",
        "7",
    )
    assert (first["Image Src"], third["Image Position"]) == ("https://cdn.example/shirt.jpg", "3")
    assert "Title" not in second


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Plain & simple", "Plain & simple"),
        ("<div>One<br>two</div><div>three</div>", "One\ntwo\n\nthree"),
        ("<p onclick='x()'>A &lt;b&gt; c</p><style>p{}</style>", "A <b> c"),
        ("<iframe src='https://evil.example'></iframe>Safe<img src=x onerror=y>", "Safe"),
    ],
)
def test_html_becomes_the_text_that_a_reader_sees(html: str, text: str) -> None:
    assert text_of(html) == text
    assert text_of(html_of(text)) == text
