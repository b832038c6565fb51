"""What its audit entry adds to a use case: one conditional update in a transaction, with the entry and without."""

import statistics
import time
from collections.abc import Awaitable, Callable

from rich import box
from rich.table import Table

from benchmarks.rounds import Rounds
from benchmarks.use_cases import a_level, a_viewer, update, update_audited


async def audited(rounds: Rounds) -> Table:
    """One after the other by one caller, in turns as long as the other measurements'. Needs the pool and a filled shop."""
    level, viewer = await a_level(), await a_viewer()
    bare, with_entry = list[float](), list[float]()
    for _ in range(rounds.count + 1):
        bare.append(await _rate(lambda: update(level), rounds.seconds))
        with_entry.append(await _rate(lambda: update_audited(viewer, level), rounds.seconds))
    del bare[0], with_entry[0]  # warming up
    ratio = statistics.median(one / other for one, other in zip(with_entry, bare, strict=True))
    table = Table(title="The audit log", caption="Rates of a use case by one caller.", box=box.SIMPLE_HEAD)
    for name in ("bare, a second", "with its entry", "of bare"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_row(f"{statistics.median(bare):,.0f}", f"{statistics.median(with_entry):,.0f}", f"{ratio:.2f}")
    return table


async def _rate(work: Callable[[], Awaitable[None]], seconds: float) -> float:
    started, count = time.perf_counter(), 0
    while (passed := time.perf_counter() - started) < seconds:
        await work()
        count += 1
    return count / passed
