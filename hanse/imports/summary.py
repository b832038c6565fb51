"""What an import did, in numbers, and as a table for people."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from hanse.imports.reasons import EXPLANATIONS, Reason

DATA_SOURCE = (
    'Format and data: "Online Retail" (UCI Machine Learning Repository, dataset 352) '
    'and "Online Retail II" (dataset 502), D. Chen, CC BY 4.0.'
)


@dataclass(frozen=True)
class Counted:
    """`added` by this import; `present` are those of the file that an earlier import had brought."""

    added: int
    present: int


@dataclass(frozen=True)
class Rejected:
    """`amount` is quantity times price of the rows as far as they could be read, in pounds."""

    reason: Reason
    rows: int
    amount: Decimal


@dataclass(frozen=True)
class ImportSummary:
    """Every row is a line, a return or rejected: `rows` is the sum of these, and `net_in_file` of their amounts.

    Amounts are pounds. `net_in_shop` is what the file's orders came to, less the returns at the price of the purchase;
    `rounding` is what the price of purchase and whole pence made of it: file = shop + rejected + rounding.
    """

    path: Path
    rejects: Path
    rows: int
    products: Counted
    customers: Counted
    orders: Counted
    order_lines: Counted
    returns: Counted
    rejected: tuple[Rejected, ...]
    unknown_country_orders: int
    net_in_file: Decimal
    net_in_shop: Decimal
    seconds: float = 0.0

    @property
    def changed(self) -> bool:
        return any(one.added for one in (self.products, self.customers, self.orders, self.order_lines, self.returns))

    @property
    def rejected_rows(self) -> int:
        return sum(one.rows for one in self.rejected)

    @property
    def rounding(self) -> Decimal:
        return self.net_in_file - self.net_in_shop - sum((one.amount for one in self.rejected), Decimal(0))


def summary_table(summary: ImportSummary) -> RenderableType:
    """For a rich console: what was loaded, what was not and why, and where the data comes from."""
    headline = f"{escape(str(summary.path))}: {summary.rows:,} rows in {summary.seconds:.1f} s"
    parts: list[RenderableType] = [headline, _loaded(summary), _money(summary)]
    if not summary.changed:
        parts.append("Nothing was changed: all that can be loaded of this file was there already.")
    if summary.rejected_rows:
        parts.append(
            f"{summary.rejected_rows:,} rows were not loaded; each is listed in {escape(str(summary.rejects))}"
        )
    if summary.unknown_country_orders:
        parts.append(f"{summary.unknown_country_orders:,} orders name no country that ISO 3166 knows; they have ZZ.")
    parts.append(DATA_SOURCE)
    return Group(*parts)


def _loaded(summary: ImportSummary) -> Table:
    table = Table()
    table.add_column("")
    table.add_column("added", justify="right")
    table.add_column("already there", justify="right")
    for name, counted in (
        ("products", summary.products),
        ("customers", summary.customers),
        ("orders", summary.orders),
        ("order lines", summary.order_lines),
        ("return rows", summary.returns),
    ):
        table.add_row(name, f"{counted.added:,}", f"{counted.present:,}")
    return table


def _money(summary: ImportSummary) -> Table:
    table = Table()
    table.add_column("from the file's amounts to the shop's")
    table.add_column("rows", justify="right")
    table.add_column("GBP", justify="right")
    table.add_row("in the file, less returns", f"{summary.rows:,}", _pounds(summary.net_in_file))
    for one in summary.rejected:
        table.add_row(f"without {one.reason}: {EXPLANATIONS[one.reason]}", f"{one.rows:,}", _change(-one.amount))
    table.add_row("returned at another price than bought; rounding to pence", "", _change(-summary.rounding))
    loaded = summary.rows - summary.rejected_rows
    table.add_row("in the shop, less returns", f"{loaded:,}", _pounds(summary.net_in_shop), style="bold")
    return table


def _pounds(amount: Decimal) -> str:
    return f"{round(amount, 2) + 0:,.2f}"  # + 0 takes the sign off a rounded -0.00


def _change(amount: Decimal) -> str:
    return f"{round(amount, 2) + 0:+,.2f}"
