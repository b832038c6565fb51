import csv
from datetime import date
from io import StringIO

import pytest

from domain.analytics.sales_csv import HEADER, sales_csv
from domain.orders.sales import DailySales

DAY = date(2026, 3, 1)


def _read(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8"))))


def test_rows_have_day_category_and_major_units() -> None:
    written = sales_csv([DailySales(DAY, 0, 2, 5, 123_456)], {0: ("tea", "茶, 茶具")}, "EUR")

    assert _read(written) == [list(HEADER), ["2026-03-01", "tea", "茶, 茶具", "EUR", "2", "5", "1234.56"]]


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "5"), ("EUR", "0.05"), ("KWD", "0.005")])
def test_revenue_has_the_decimals_of_its_currency(currency: str, shown: str) -> None:
    written = sales_csv([DailySales(DAY, 0, 1, 1, 5)], {0: ("tea", "Tea")}, currency)

    assert _read(written)[1][-1] == shown


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")'])
def test_names_are_never_formulas(name: str) -> None:
    written = sales_csv([DailySales(DAY, 0, 1, 1, 5)], {0: (name, name)}, "EUR")

    assert _read(written)[1][1:3] == [f"'{name}", f"'{name}"]


def test_without_sales_only_the_header_is_written() -> None:
    assert _read(sales_csv([], {}, "EUR")) == [list(HEADER)]
