"""Small files of transactions, and what an import of them left behind."""

import csv
import io
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg

from domain.shared.database import row, rows, value
from hanse.imports.source_file import COLUMNS
from hanse.imports.summary import ImportSummary
from hanse.imports.transactions import import_transactions

HEADER = ",".join(COLUMNS) + "\n"


@dataclass(frozen=True)
class Line:
    """One row of a file, by default a sale that can be loaded."""

    invoice: str = "536365"
    stock_code: str = "85123A"
    description: str = "WHITE HANGING HEART T-LIGHT HOLDER"
    quantity: str | int = 6
    invoice_ts: str = "2010-12-01T08:26"
    unit_price: str = "2.55"
    customer_id: str = "17850"
    country: str = "United Kingdom"


def text_of(*lines: Line) -> str:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows(list(asdict(line).values()) for line in lines)
    return HEADER + sink.getvalue()


def write_lines(folder: Path, *lines: Line, name: str = "sales.csv") -> Path:
    path = folder / name
    path.write_text(text_of(*lines), encoding="utf-8")
    return path


async def load(folder: Path, *lines: Line) -> ImportSummary:
    return await load_file(write_lines(folder, *lines))


async def load_file(path: Path) -> ImportSummary:
    return await import_transactions(path, rejects=path.with_name("rejects.csv"))


def rejected(summary: ImportSummary) -> dict[str, int]:
    return {str(one.reason): one.rows for one in summary.rejected}


def listed(summary: ImportSummary) -> list[dict[str, str]]:
    """The rows of the rejects file."""
    with summary.rejects.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names_in(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir())


async def everything() -> dict[str, int]:
    """How many rows each table has."""
    tables = await rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    return {name: await value(f'SELECT count(*) FROM "{name}"') for (name,) in tables}


async def order(invoice: str) -> asyncpg.Record:
    found = await row("SELECT * FROM orders WHERE external_id = $1", f"online-retail:{invoice}")
    assert found is not None
    return found


async def order_lines(invoice: str) -> list[asyncpg.Record]:
    return await rows(
        """SELECT l.* FROM order_line l JOIN orders o ON o.id = l.order_id
           WHERE o.external_id = $1 ORDER BY l.position""",
        f"online-retail:{invoice}",
    )
