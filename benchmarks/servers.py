"""`python -m benchmarks.servers`: the same API under other servers, loops and settings, side by side."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import orjson
import psutil
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.load import Load, load
from benchmarks.operations import PRODUCT_LIST
from benchmarks.rounds import Rounds, Target, compared, middle, ratio
from benchmarks.scripts import Job
from benchmarks.serving import SERVERS
from benchmarks.shop import Shop, another, opened
from benchmarks.subjects import PAGE_SIZE, subjects
from hanse.processes import Part
from hanse.readiness import with_free_port
from hanse.seed import Scale

_ROUNDS = Rounds(clients=(1, 16), count=9, seconds=1.0)
_UNSEEN = 10_000
"""Texts of one document, of which the API remembers a fraction."""


def main() -> None:
    console = Console(highlight=False, width=100)
    with tempfile.TemporaryDirectory(prefix="hanse-bench-", ignore_cleanup_errors=True) as folder:
        asyncio.run(_run(Path(folder), console))


async def _run(folder: Path, console: Console) -> None:
    async with AsyncExitStack() as stack:
        shop = await stack.enter_async_context(opened(folder / "shop", Scale(products=10_000, orders=1_000)))
        (folder / "answers").mkdir()
        listed, page, _ = await subjects(shop.settings.port, folder / "answers")
        generator = await stack.enter_async_context(load())
        console.print(await _documents(generator, shop, listed.shop))
        servers = {name: await _started(name, shop, stack) for name in SERVERS}
        for subject in (listed, page):
            console.print(await _compared(generator, servers, subject.shop, subject.name))


async def _started(name: str, shop: Shop, stack: AsyncExitStack) -> tuple[int, psutil.Process]:
    own = with_free_port(shop.settings.model_copy(update={"port": 0}))
    log = own.data_dir.resolve() / "logs" / "servers.log"
    part = Part(name, (sys.executable, "-m", "benchmarks.serving", name), log)
    process = await stack.enter_async_context(another(part, own))
    return own.port, next(iter(process.children()), process)  # granian serves in a child


async def _compared(generator: Load, servers: dict[str, tuple[int, psutil.Process]], job: Job, title: str) -> Table:
    targets = [Target(replace(job, port=port), process) for port, process in servers.values()]
    return await _table(generator, list(servers), targets, title)


async def _documents(generator: Load, shop: Shop, job: Job) -> Table:
    """The same requests, and requests whose document was never seen before."""
    unseen = [[("/graphql", _differing(number))] for number in range(_UNSEEN)]
    jobs = {"document known": job, "document unknown": replace(job, steps=unseen)}
    targets = [Target(replace(one, port=shop.settings.port), shop.api) for one in jobs.values()]
    return await _table(generator, list(jobs), targets, "Parsing and validating")


def _differing(number: int) -> str:
    return orjson.dumps({"query": f"{PRODUCT_LIST} #{number}", "variables": {"first": PAGE_SIZE}}).decode()


async def _table(generator: Load, names: Sequence[str], targets: Sequence[Target], title: str) -> Table:
    table = Table(title=title, box=box.SIMPLE_HEAD)
    for column in ("", "clients", "each second", "p50 ms", "p99 ms", "CPU ms", "MiB", "to the first"):
        table.add_column(column, justify="right" if column else "left")
    for clients in _ROUNDS.clients:
        found = await compared(generator, targets, clients=clients, rounds=_ROUNDS)
        for name, rounds in zip(names, found, strict=True):
            one = middle(rounds)
            figures = (
                f"{one.rate:,.0f}",
                f"{one.p50:.2f}",
                f"{one.p99:.2f}",
                f"{one.processor:.2f}",
                f"{one.memory:.0f}",
            )
            table.add_row(name, str(clients), *figures, f"{ratio(rounds, found[0]):.2f}")
    return table


if __name__ == "__main__":
    main()
