"""`hanse import transactions`: a year of another shop's sales becomes products, customers and orders, or nothing does.

Decisions that the data leaves open: all guests are one buyer (`online-retail:guest`); countries that are none become ZZ;
times are those of the United Kingdom; invoices that begin with C make no orders, but return what was bought before.
"""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import asyncpg
from rich.progress import Progress

from domain.audit.record import record
from domain.shared.database import rows, run, transaction, value
from domain.shared.ids import new_id
from domain.shared.locks import AdvisoryLock
from domain.shared.viewer import PLATFORM
from hanse.imports.countries import UNKNOWN_COUNTRY
from hanse.imports.load_listing import load_listing
from hanse.imports.load_orders import load_customers, load_orders
from hanse.imports.load_products import load_products
from hanse.imports.load_returns import load_returns
from hanse.imports.reasons import Reason
from hanse.imports.refusal import ImportRefused
from hanse.imports.rejects import rejects_file, write_rejects
from hanse.imports.source_file import file_size
from hanse.imports.staging import judge, stage
from hanse.imports.summary import ImportSummary, Rejected


async def import_transactions(path: Path, *, rejects: Path, progress: Progress | None = None) -> ImportSummary:
    """Load the file in one transaction and list what could not be loaded in `rejects`. Needs an open pool.

    What an earlier import brought stays as it is, so the same file again changes nothing, and a file that overlaps
    another adds what is new. Raises ImportRefused; then, and when it is cancelled, the database is as it was.
    """
    started = perf_counter()
    bars = _Bars(progress or Progress(disable=True), file_size(path))
    with rejects_file(rejects, source=path) as sink:
        try:
            async with transaction():
                summary = await _import(path, rejects, bars)
                await write_rejects(rejects, sink)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise ImportRefused(f"{path}: collides with what is there: {error.detail or error}") from error
        except asyncpg.DataError as error:
            raise ImportRefused(f"{path}: the database cannot hold a value: {error}") from error
    bars.end()
    return replace(summary, seconds=perf_counter() - started)


async def _import(path: Path, rejects: Path, bars: "_Bars") -> ImportSummary:
    await _refuse_a_second_import()
    await run("SET LOCAL work_mem = '64MB'")
    row_count = await stage(path, bars.tell)
    bars.step("Judging rows")
    await judge()
    bars.step("Loading products")
    products = await load_products()
    bars.step("Loading customers")
    customers = await load_customers()
    bars.step("Loading orders")
    orders, order_lines = await load_orders()
    bars.step("Setting prices")
    await load_listing()
    bars.step("Matching returns")
    returns, returned_minor = await load_returns()
    bars.step("Counting")
    summary = ImportSummary(
        path=path,
        rejects=rejects,
        rows=row_count,
        products=products,
        customers=customers,
        orders=orders,
        order_lines=order_lines,
        returns=returns,
        rejected=await _rejected(),
        unknown_country_orders=await value(
            "SELECT count(*) FROM staged_order WHERE present_id IS NULL AND country = $1", UNKNOWN_COUNTRY
        ),
        net_in_file=await value("SELECT coalesce(sum(quantity * price), 0) FROM staged"),
        net_in_shop=Decimal(await value(_SOLD_MINOR) - returned_minor) / 100,
    )
    if summary.changed:
        await _finish(summary)
    return summary


_SOLD_MINOR = "SELECT coalesce(sum(quantity * unit_minor), 0)::bigint FROM staged WHERE reason IS NULL AND quantity > 0"


async def _refuse_a_second_import() -> None:
    if not await value("SELECT pg_try_advisory_xact_lock($1)", AdvisoryLock.IMPORT):
        raise ImportRefused("another import is running; try again when it has ended")


async def _rejected() -> tuple[Rejected, ...]:
    found = await rows(
        """SELECT reason, count(*) AS rows, coalesce(sum(coalesce(rest, quantity) * price), 0) AS amount FROM staged
           WHERE reason IS NOT NULL GROUP BY reason ORDER BY rows DESC, reason"""
    )
    return tuple(Rejected(Reason(one["reason"]), one["rows"], one["amount"]) for one in found)


async def _finish(summary: ImportSummary) -> None:
    """Audit the import as a whole, and let the planner know how much there is now."""
    added = {
        name: getattr(summary, name).added for name in ("products", "customers", "orders", "order_lines", "returns")
    }
    await record(
        PLATFORM, "importTransactions", subject=("import", new_id()), after={"file": summary.path.name} | added
    )
    await run("ANALYZE users, product, product_listing, publication, catalog_text, variant, price, stock_level")


class _Bars:
    """Bytes of the file, then steps of loading."""

    _STEPS = 7

    def __init__(self, progress: Progress, size: int) -> None:
        self._progress = progress
        self._reading = progress.add_task("Reading the file", total=size)
        self._loading = progress.add_task("Loading", total=self._STEPS, start=False)
        self._begun = 0

    def tell(self, position: int) -> None:
        self._progress.update(self._reading, completed=position)

    def step(self, name: str) -> None:
        self._progress.start_task(self._loading)
        self._progress.update(self._loading, completed=self._begun, description=name)
        self._begun += 1

    def end(self) -> None:
        self._progress.update(self._loading, completed=self._STEPS, description="Loaded")
