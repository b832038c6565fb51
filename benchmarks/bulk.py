"""Imports and exports of many products: `python -m benchmarks.bulk [variants]`, on engines of its own.

Each runs in a process of its own, whose peak of memory is read when it ends. That of a file a tenth as long stands beside
it: flat memory means that the two are about the same.
"""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from rich.console import Console
from rich.table import Table

from benchmarks.bulk_files import CATEGORY, SUPPLIER, write_products
from domain.shared.database import disconnect, run
from domain.shared.ids import new_id
from domain.shared.settings import settings
from hanse.engines import Engines
from hanse.secret_files import with_master_key
from hanse.surroundings import bring_up_to_date, environment_of

_VARIANTS_OF_ONE = 5


@dataclass(frozen=True)
class _Figures:
    title: str
    rows: int
    changed: int | None
    seconds: float
    peak_mb: float


async def main(variants: int, folder: Path) -> list[_Figures]:
    """The figures, in the order in which they were measured."""
    engines = Engines(settings().model_copy(update={"data_dir": folder / "data"}), durable=True)
    await engines.claim()
    await engines.start_postgres()
    await engines.start_valkey()
    try:
        known = with_master_key(engines.settings)
        await bring_up_to_date(known)
        await _ground()
        return await _measured(variants, folder)
    finally:
        await disconnect()
        await engines.stop()


async def _measured(variants: int, folder: Path) -> list[_Figures]:
    small, large = folder / "small.csv", folder / "large.csv"
    write_products(small, products=variants // 10 // _VARIANTS_OF_ONE, variants=_VARIANTS_OF_ONE)
    write_products(large, products=variants // _VARIANTS_OF_ONE, variants=_VARIANTS_OF_ONE)
    return [
        await _once("import of a tenth", "import", small, "skip_rows"),
        await _once("import", "import", large, "skip_rows"),
        await _once("the same file again", "import", large, "skip_rows"),
        await _once("the same, all or nothing", "import", large, "refuse_all"),
        await _once("products as CSV", "export", folder / "out.csv", "products"),
        await _once("products as XLSX", "export", folder / "out.xlsx", "products"),
        await _once("prices as CSV", "export", folder / "prices.csv", "prices"),
        await _once("stock as JSONL", "export", folder / "stock.jsonl", "stock"),
        await _once("that XLSX read again", "import", folder / "out.xlsx", "skip_rows"),
    ]


async def _ground() -> None:
    await run("INSERT INTO category (id, slug, position) VALUES ($1, $2, 0)", new_id(), CATEGORY)
    await run(
        "INSERT INTO supplier (id, code, name, country, created_at) VALUES ($1, $2, 'Bench', 'DE', now())",
        new_id(),
        SUPPLIER,
    )
    await run(
        "INSERT INTO warehouse (id, code, name, country, position) VALUES ($1, $2, 'Bench', 'DE', 0)",
        new_id(),
        SUPPLIER,
    )


async def _once(title: str, kind: str, path: Path, word: str) -> _Figures:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "benchmarks.bulk_once", kind, str(path), word),
        stdout=asyncio.subprocess.PIPE,
        env=environment_of(settings()),
    )
    printed, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"{title} failed")
    found = orjson.loads(printed)
    figures = _Figures(title, found["rows"], found.get("changed"), found["seconds"], found["peak_mb"])
    Console(stderr=True).print(figures)
    return figures


def _table(found: list[_Figures]) -> Table:
    table = Table(title="Imports and exports")
    for name in ("", "rows", "changed", "seconds", "rows/s", "peak MB"):
        table.add_column(name, justify="left" if not name else "right")
    for one in found:
        changed = "" if one.changed is None else f"{one.changed:,}"
        rate = f"{one.rows / one.seconds:,.0f}"
        table.add_row(one.title, f"{one.rows:,}", changed, f"{one.seconds:.1f}", rate, f"{one.peak_mb:.0f}")
    return table


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory(prefix="hanse-bulk-") as temporary:
        Console().print(_table(asyncio.run(main(count, Path(temporary)))))
