"""From a file to products, customers and orders that the shop works with."""

import gzip
import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from rich.console import Console

from domain.catalog.categories.queries import categories
from domain.channels.storefront import storefront
from domain.inventory.queries import available
from domain.pricing.queries import prices
from domain.shared.database import row, rows, run, value
from domain.shared.money import Money
from hanse.imports.summary import Counted, summary_table
from tests.hanse.imports.retail import Line, everything, listed, load, load_file, order, order_lines, text_of

pytestmark = pytest.mark.usefixtures("own_shop")

LANTERN = Line(stock_code="71053", description="WHITE METAL LANTERN", unit_price="3.39")


async def test_a_file_becomes_products_customers_and_orders(tmp_path: Path) -> None:
    lines = [Line(), LANTERN, Line(invoice="536366", customer_id="13047", country="EIRE", quantity=2)]

    summary = await load(tmp_path, *lines)

    assert summary.rows == 3
    assert (summary.products, summary.customers) == (Counted(2, 0), Counted(2, 0))
    assert (summary.orders, summary.order_lines) == (Counted(2, 0), Counted(3, 0))
    assert (summary.net_in_file, summary.net_in_shop, summary.rounding) == (
        Decimal("40.74"),
        Decimal("40.74"),
        Decimal(0),
    )
    assert listed(summary) == []


async def test_an_order_says_who_bought_what_when_for_how_much(tmp_path: Path) -> None:
    await load(tmp_path, Line(invoice_ts="2011-07-01T08:26", country="EIRE"), LANTERN)

    found = await order("536365")
    lines = await order_lines("536365")
    buyer = await row("SELECT * FROM users WHERE id = $1", found["buyer_id"])
    assert (found["state"], found["source"], found["currency"], found["total_minor"]) == (
        "delivered",
        "import",
        "GBP",
        3564,
    )
    assert found["placed_at"] == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    assert [(one["position"], one["sku"], one["quantity"], one["unit_minor"], one["total_minor"]) for one in lines] == [
        (1, "OR-85123A", 6, 255, 1530),
        (2, "OR-71053", 6, 339, 2034),
    ]
    assert buyer is not None
    assert (buyer["email_hash"], buyer["name_sealed"], buyer["external_id"]) == (None, None, "online-retail:17850")
    assert (buyer["password_hash"], buyer["country"], buyer["currency"]) == (None, "GB", "GBP")


async def test_times_are_those_of_the_united_kingdom(tmp_path: Path) -> None:
    await load(
        tmp_path, Line(invoice="1", invoice_ts="2011-07-01T08:26"), Line(invoice="2", invoice_ts="2011-01-01T08:26")
    )

    assert (await order("1"))["placed_at"] == datetime(2011, 7, 1, 7, 26, tzinfo=UTC)
    assert (await order("2"))["placed_at"] == datetime(2011, 1, 1, 8, 26, tzinfo=UTC)


async def test_ids_sort_by_when_things_happened(tmp_path: Path) -> None:
    await load(
        tmp_path, Line(invoice="1", invoice_ts="2011-07-01T08:26"), Line(invoice="2", invoice_ts="2011-01-01T08:26")
    )

    ids = [one["id"] for one in await rows("SELECT id FROM orders ORDER BY placed_at")]
    assert ids == sorted(ids)
    assert {(id.version, id.variant) for id in ids} == {(7, "specified in RFC 4122")}


async def test_codes_in_both_letter_cases_are_one_product(tmp_path: Path) -> None:
    summary = await load(tmp_path, Line(), Line(stock_code="85123a"))

    assert summary.products == Counted(1, 0)
    assert {one["sku"] for one in await order_lines("536365")} == {"OR-85123A"}


async def test_a_product_takes_its_most_frequent_name_of_two_as_frequent_the_longer(tmp_path: Path) -> None:
    names = ["HEART HOLDER", "HEART HOLDER", "heart", "", "LANTERN", "METAL LANTERN"]
    codes = ["1A", "1A", "1A", "1A", "2B", "2B"]

    await load(tmp_path, *(Line(stock_code=code, description=name) for code, name in zip(codes, names, strict=True)))

    found = await rows("SELECT value FROM catalog_text WHERE owner_kind = 'product' AND field = 'name' ORDER BY value")
    assert [one["value"] for one in found] == ["Heart Holder", "Metal Lantern"]
    assert [one["name"] for one in await order_lines("536365")][2:4] == ["Heart", "Heart Holder"]


async def test_products_are_listed_priced_and_in_stock(tmp_path: Path) -> None:
    await load(tmp_path, Line(), Line(invoice="2", quantity=4))

    listing = await row("SELECT * FROM product_listing")
    variant_id = await value("SELECT id FROM variant")
    movements = await rows("SELECT m.kind, m.on_hand_delta, m.reserved_delta FROM stock_movement m")
    assert listing is not None
    assert listing["slug"] == "white-hanging-heart-t-light-holder-85123a"
    assert (orjson.loads(listing["prices"]), listing["sold"]) == ({"GBP": 255}, 10)
    assert (listing["channels"], listing["stocked_in"]) == (["main"], ["main"])
    assert listing["indexed_at"] is not None
    assert orjson.loads(listing["names"]) == {"en": "White Hanging Heart T-Light Holder"}
    assert await prices([variant_id], "GBP") == {variant_id: Money(255, "GBP")}
    assert await available([variant_id], channel="main") == {variant_id: 1000}
    assert [tuple(one) for one in movements] == [("receipt", 1000, 0)]


async def test_products_stand_in_categories_with_names_in_two_languages(tmp_path: Path) -> None:
    await load(
        tmp_path, Line(), Line(stock_code="20725", description="LUNCH BAG RED RETROSPOT"), Line("9", "9", "XYZZY")
    )

    english = {one.slug: one.name for one in await categories((await storefront(None, None, ("en",))).languages)}
    chinese = {one.slug: one.name for one in await categories((await storefront(None, None, ("zh-Hans",))).languages)}
    assert english == {
        "imported-goods": "Imported goods",
        "imported-candles-lights": "Candles and lights",
        "imported-bags": "Bags and purses",
        "imported-other": "Other things",
    }
    assert chinese["imported-bags"] == "包袋"


async def test_the_price_is_the_most_frequent_of_the_last_90_days_guests_left_out(tmp_path: Path) -> None:
    sales = [
        ("2010-12-01T08:26", "2.10", "1"),
        ("2010-12-02T08:26", "2.10", "1"),
        ("2011-06-01T08:26", "2.55", "1"),
        ("2011-06-02T08:26", "2.55", "1"),
        ("2011-06-03T08:26", "2.95", "1"),
        *[("2011-06-04T08:26", "5.79", "")] * 3,
    ]

    lines = [Line(str(n), invoice_ts=ts, unit_price=price, customer_id=who) for n, (ts, price, who) in enumerate(sales)]
    await load(tmp_path, *lines)

    assert await value("SELECT minor FROM price WHERE currency = 'GBP'") == 255


async def test_guests_are_one_buyer_and_their_orders_are_sales(tmp_path: Path) -> None:
    summary = await load(tmp_path, Line("1", customer_id=""), Line("2", customer_id="", country="France"))

    buyers = await rows(
        """SELECT u.external_id, u.country, o.country AS bought_from FROM orders o JOIN users u ON u.id = o.buyer_id
           ORDER BY o.external_id"""
    )
    assert summary.customers == Counted(1, 0)
    assert [tuple(one) for one in buyers] == [("online-retail:guest", None, "GB"), ("online-retail:guest", None, "FR")]


async def test_a_customer_lives_where_the_newest_order_went(tmp_path: Path) -> None:
    await load(tmp_path, Line("1", country="Spain", invoice_ts="2011-02-01T10:00"), Line("2", country="Cyprus"))

    assert await value("SELECT country FROM users WHERE external_id = 'online-retail:17850'") == "ES"


async def test_countries_that_are_none_are_counted(tmp_path: Path) -> None:
    summary = await load(tmp_path, Line("1", country="Unspecified"), Line("2", country="Narnia"), Line("3"))

    assert summary.unknown_country_orders == 2
    assert [(await order(invoice))["country"] for invoice in "123"] == ["ZZ", "ZZ", "GB"]


async def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    lines = [Line(), LANTERN, Line("C1", quantity=-2, invoice_ts="2011-01-01T10:00"), Line("3", stock_code="POST")]
    first = await load(tmp_path, *lines)
    before = await everything()

    again = await load(tmp_path, *lines)

    assert again.products == Counted(0, first.products.added) == Counted(0, 2)
    assert again.customers == Counted(0, 1)
    assert (again.orders, again.order_lines, again.returns) == (Counted(0, 1), Counted(0, 2), Counted(0, 1))
    assert (again.rejected, again.net_in_file, again.net_in_shop) == (
        first.rejected,
        first.net_in_file,
        first.net_in_shop,
    )
    assert not again.changed
    assert await everything() == before


async def test_a_file_that_overlaps_another_adds_what_is_new(tmp_path: Path) -> None:
    shared = [Line("2", quantity=1), Line("C2", quantity=-1, invoice_ts="2010-12-02T10:00")]
    await load(tmp_path, Line("1"), *shared)

    summary = await load(tmp_path, *shared, Line("3", quantity=3), LANTERN)

    assert (summary.orders, summary.products, summary.returns) == (Counted(2, 1), Counted(1, 1), Counted(0, 1))
    assert await value("SELECT sum(quantity - returned) FROM order_line") == 6 + 1 - 1 + 3 + 6
    assert await value("SELECT sum(sold) FROM product_listing") == 6 + 1 - 1 + 3 + 6


async def test_a_newer_file_moves_the_price_unless_somebody_has_set_it(tmp_path: Path) -> None:
    await load(tmp_path, Line(), LANTERN)
    await run("UPDATE price SET minor = 999 WHERE variant_id = (SELECT id FROM variant WHERE sku = 'OR-71053')")

    newer = {"invoice": "2", "invoice_ts": "2011-11-01T10:00", "unit_price": "4.00"}
    await load(tmp_path, Line(**newer), Line(stock_code="71053", **newer))

    listings = await rows("SELECT slug, prices FROM product_listing ORDER BY slug DESC")
    assert [orjson.loads(one["prices"]) for one in listings] == [{"GBP": 999}, {"GBP": 400}]


async def test_gzip_and_byte_order_mark_and_quoted_newlines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv.gz"
    text = text_of(Line(description="WHITE\nHANGING\nHEART"), LANTERN, Line("3", quantity="many"))
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + text.encode()))

    summary = await load_file(path)

    assert summary.order_lines == Counted(2, 0)
    assert [(one["line"], one["reason"]) for one in listed(summary)] == [("6", "bad_quantity")]


async def test_the_summary_names_the_source_the_reasons_and_the_file_of_rejects(tmp_path: Path) -> None:
    summary = await load(tmp_path, Line(), Line("C9", quantity=-1, customer_id=""))
    console = Console(width=200, record=True, file=io.StringIO())

    console.print(summary_table(summary))

    text = console.export_text()
    assert "UCI Machine Learning Repository, dataset 352" in text
    assert "CC BY 4.0" in text
    assert "return_by_guest" in text
    assert str(summary.rejects) in text
