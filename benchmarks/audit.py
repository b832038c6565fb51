"""What its audit entry adds to a use case: one conditional update in a transaction, with the entry and without."""

import statistics
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

from rich import box
from rich.table import Table

from benchmarks.rounds import Rounds
from domain.audit.record import record
from domain.shared.database import run, value
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


async def audited(rounds: Rounds) -> Table:
    """One after the other by one caller, in turns as long as the other measurements'. Needs the pool and a filled shop."""
    level: UUID = await value("SELECT id FROM stock_level LIMIT 1")
    viewer = Viewer(user_id=await value("SELECT id FROM users LIMIT 1"))
    bare, with_entry = list[float](), list[float]()
    for _ in range(rounds.count + 1):
        bare.append(await _rate(lambda: _update(level), rounds.seconds))
        with_entry.append(await _rate(lambda: _update_audited(viewer, level), rounds.seconds))
    del bare[0], with_entry[0]  # warming up
    ratio = statistics.median(one / other for one, other in zip(with_entry, bare, strict=True))
    table = Table(title="The audit log", caption="Rates of a use case by one caller.", box=box.SIMPLE_HEAD)
    for name in ("bare, a second", "with its entry", "of bare"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_row(f"{statistics.median(bare):,.0f}", f"{statistics.median(with_entry):,.0f}", f"{ratio:.2f}")
    return table


@use_case
async def _update(level: UUID) -> None:
    await run("UPDATE stock_level SET on_hand = on_hand + 1 WHERE id = $1", level)


@use_case
async def _update_audited(viewer: Viewer, level: UUID) -> None:
    await run("UPDATE stock_level SET on_hand = on_hand + 1 WHERE id = $1", level)
    await record(viewer, "adjustStock", subject=("stock_level", level), after={"delta": 1})


async def _rate(work: Callable[[], Awaitable[None]], seconds: float) -> float:
    started, count = time.perf_counter(), 0
    while (passed := time.perf_counter() - started) < seconds:
        await work()
        count += 1
    return count / passed
