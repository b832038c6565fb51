"""Rows that are not loaded are counted by reason and listed with their lines."""

from pathlib import Path

import pytest

from domain.shared.database import value
from tests.hanse.imports.retail import HEADER, Line, listed, load, load_file, rejected, text_of

pytestmark = pytest.mark.usefixtures("own_shop")


async def test_rejected_rows_are_listed_with_line_reason_and_content(tmp_path: Path) -> None:
    lines = [
        Line(),
        Line(stock_code="POST", description="POSTAGE", unit_price="18.00", quantity=1),
        Line(quantity="lots"),
    ]

    summary = await load(tmp_path, *lines)

    assert rejected(summary) == {"not_a_product": 1, "bad_quantity": 1}
    assert [dict(one) for one in listed(summary)] == [
        {
            "line": "3",
            "reason": "not_a_product",
            "detail": "",
            "invoice": "536365",
            "stock_code": "POST",
            "description": "Postage",
            "quantity": "1",
            "unit_price": "18.00",
            "customer_id": "17850",
        },
        {
            "line": "4",
            "reason": "bad_quantity",
            "detail": "'lots'",
            "invoice": "536365",
            "stock_code": "85123A",
            "description": "WHITE HANGING HEART T-LIGHT HOLDER",
            "quantity": "",
            "unit_price": "",
            "customer_id": "",
        },
    ]
    assert summary.rows == summary.order_lines.added + summary.rejected_rows


async def test_a_row_with_fields_too_many_or_too_few_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "ragged.csv"
    path.write_text(
        text_of(Line()) + "536366,22633\n\n" + "a,b,c,d,e,f,g,h,i\n" + text_of(Line("3")).removeprefix(HEADER)
    )

    summary = await load_file(path)

    assert summary.orders.added == 2
    assert [(one["line"], one["reason"], one["detail"]) for one in listed(summary)] == [
        ("3", "wrong_field_count", "2 fields instead of 8"),
        ("5", "wrong_field_count", "9 fields instead of 8"),
    ]


async def test_a_product_that_no_row_names_is_not_loaded(tmp_path: Path) -> None:
    summary = await load(tmp_path, Line(), Line("2", "111", ""), Line("2", "111", "?"))

    assert rejected(summary) == {"no_description": 2}
    assert (summary.orders.added, summary.products.added) == (1, 1)


async def test_a_product_that_an_earlier_file_named_needs_no_name(tmp_path: Path) -> None:
    await load(tmp_path, Line())

    summary = await load(tmp_path, Line("2", description=""))

    assert summary.order_lines.added == 1


async def test_rows_of_another_customer_than_the_invoice_began_with_are_rejected(tmp_path: Path) -> None:
    summary = await load(tmp_path, Line(customer_id="2"), Line(customer_id="1"), Line(customer_id=""))

    assert rejected(summary) == {"other_customer": 2}
    assert [one["line"] for one in listed(summary)] == ["3", "4"]
    assert await value("SELECT external_id FROM users WHERE external_id LIKE 'online-retail:%'") == "online-retail:2"


async def test_an_invoice_that_changed_since_it_was_loaded_stays_as_it_was(tmp_path: Path) -> None:
    await load(tmp_path, Line(), Line("2"))

    summary = await load(tmp_path, Line(quantity=7), Line("2"), Line("3"))

    assert rejected(summary) == {"changed_invoice": 1}
    assert (summary.order_lines.added, summary.order_lines.present) == (1, 1)
    assert await value("SELECT sum(quantity) FROM order_line") == 18
