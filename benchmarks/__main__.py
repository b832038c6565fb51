"""`make bench`: the running shop against two floors, and whether its statements grow. Exit code 1 when they do."""

import argparse
import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from benchmarks.against import against_floors
from benchmarks.audit import audited
from benchmarks.growth import costs, growing, grows
from benchmarks.load import Failed, load
from benchmarks.rounds import Rounds
from benchmarks.security import prices
from benchmarks.shop import at_work, opened
from benchmarks.statements import counter
from benchmarks.subjects import subjects
from benchmarks.table import grown, measured, priced
from hanse.failures import Failure
from hanse.seed import Scale
from hanse.steps import Steps


@dataclass(frozen=True)
class Plan:
    scale: Scale
    rounds: Rounds


_WIDTH = 140
"""More than the tables need; they are never squeezed, also where there is no terminal."""
_FULL = Plan(Scale(products=10_000, customers=500, orders=5_000), Rounds(clients=(1, 16), count=7, seconds=1.2))
_QUICK = Plan(Scale(products=120, customers=60, orders=200), Rounds(clients=(1, 4), count=1, seconds=0.2))


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small shop and short rounds: to see that it works")
    parser.add_argument("--rounds", type=int, help="how often each target has its turn")
    parser.add_argument("--seconds", type=float, help="how long a turn is")
    given = parser.parse_args()
    plan = _QUICK if given.quick else _FULL
    rounds = replace(plan.rounds, count=given.rounds or plan.rounds.count, seconds=given.seconds or plan.rounds.seconds)
    with tempfile.TemporaryDirectory(prefix="hanse-bench-", ignore_cleanup_errors=True) as folder:
        try:
            code = asyncio.run(_run(replace(plan, rounds=rounds), Path(folder)))
        except (Failure, Failed) as failure:
            sys.exit(f"benchmarks: {failure}")
    sys.exit(code)


async def _run(plan: Plan, folder: Path) -> int:
    steps, console = Steps(Console(highlight=False)), Console(highlight=False, width=_WIDTH)
    async with AsyncExitStack() as stack:
        with steps.step(f"A shop of {plan.scale.products:,} products"):
            shop = await stack.enter_async_context(opened(folder / "shop", plan.scale))
            (folder / "answers").mkdir()
            chosen = await subjects(shop.settings.port, folder / "answers")
        with steps.step("Counting statements"):
            async with counter(shop.settings) as counting:
                each, sizes = await costs(counting, chosen), await growing(counting)
        with steps.step("Measuring") as step:
            lines, entries = [], await audited(plan.rounds)
            await stack.enter_async_context(at_work(shop.settings))
            generator = await stack.enter_async_context(load())
            secured = await prices(shop, generator, plan.rounds)
            async for line in against_floors(
                shop, chosen, load=generator, rounds=plan.rounds, answers=folder / "answers"
            ):
                lines.append(line)
                step.tell(f"{len(lines)} of {len(chosen) * len(plan.rounds.clients)}")
    console.print(measured(lines, each), grown(sizes), priced(secured), entries)
    return 1 if grows(sizes) else 0


if __name__ == "__main__":
    main()
