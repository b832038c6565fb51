"""Sales by day and category as a file for spreadsheets. Pure."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO

from domain.orders.sales import DailySales
from domain.shared.money import Money

HEADER = ("day", "category_slug", "category_name", "currency", "orders", "units", "revenue")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def sales_csv(sales: Sequence[DailySales], categories: Mapping[int, tuple[str, str]], currency: str) -> bytes:
    """UTF-8, RFC 4180, one row for each day and category with a sale. `categories` maps a group to its slug and name.

    Revenue is in major units. Text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV
    injection).
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for one in sales:
        slug, name = categories[one.group]
        revenue = Money(one.revenue_minor, currency).amount
        writer.writerow([one.day, _harmless(slug), _harmless(name), currency, one.orders, one.units, revenue])
    return text.getvalue().encode()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
