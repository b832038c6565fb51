"""The tables that are printed."""

from collections.abc import Mapping, Sequence

from rich import box
from rich.table import Table

from benchmarks.against import Line
from benchmarks.growth import SIZES
from benchmarks.load import Figures
from benchmarks.security import Price

_CAPTION = (
    "A second: whole operations, each of so many HTTP trips and SQL statements. CPU and MiB: of the API process. The last "
    "two columns: what share the shop reaches of a floor in the same run, and the floor's own. Bare: a Starlette route "
    "that sends the same bytes. By hand: one that does the same with one SQL statement; the purchase, with one "
    "transaction of bare asyncpg that writes the same rows."
)
_COLUMNS = ("clients", "trips", "SQL", "a second", "p50 ms", "p99 ms", "CPU ms", "MiB", "of bare", "of by hand")


def measured(lines: Sequence[Line], statements: Mapping[str, int]) -> Table:
    """`statements` is what each operation costs, by its name."""
    table = Table(title="The running shop", caption=_CAPTION, box=box.SIMPLE_HEAD)
    table.add_column("operation", no_wrap=True)
    for name in _COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    for line in lines:
        table.add_row(
            line.subject.name,
            str(line.clients),
            str(line.subject.requests),
            str(statements[line.subject.name]),
            f"{line.shop.rate:,.0f}",
            f"{line.shop.p50:.2f}",
            f"{line.shop.p99:.2f}",
            f"{line.shop.processor:.2f}",
            f"{line.shop.memory:.0f}",
            _share(*line.bare),
            _share(*line.by_hand),
        )
    return table


def grown(counts: Mapping[str, Sequence[int]]) -> Table:
    table = Table(
        title="SQL statements by size", caption="Rows of the page, or lines of the order.", box=box.SIMPLE_HEAD
    )
    table.add_column("operation", no_wrap=True)
    for size in SIZES:
        table.add_column(str(size), justify="right")
    for operation, found in counts.items():
        style = None if len(set(found)) == 1 else "bold red"
        table.add_row(operation, *map(str, found), style=style)
    return table


def priced(prices: Sequence[Price]) -> Table:
    table = Table(
        title="Security",
        caption="Requests: processor time of the API process with one client. The rest: time in one process, the median.",
        box=box.SIMPLE_HEAD,
    )
    for name in ("what", "ms", "ratio", "to"):
        table.add_column(name, justify="left" if name in {"what", "to"} else "right", no_wrap=True)
    for one in prices:
        table.add_row(one.name, f"{one.milliseconds:.4f}", f"{one.ratio:.4f}", one.beside)
    return table


def _share(floor: Figures, ratio: float) -> str:
    return f"{ratio:.2f} of {floor.rate:,.0f}"
