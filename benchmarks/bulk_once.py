"""One import or export in a process of its own, which prints its figures as JSON.

`python -m benchmarks.bulk_once import FILE POLICY`, or `export FILE SUBJECT`.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import orjson

from domain.bulk.exporting.run_export import ExportPlan, run_export
from domain.bulk.formats.endings import format_of
from domain.bulk.importing.journal import Progress
from domain.bulk.importing.plan import ImportPlan
from domain.bulk.importing.run_import import run_import
from domain.bulk.kinds import Format, Layout, OnError, Placing, Subject
from domain.bulk.problems import Problem
from domain.shared.database import connect, disconnect
from domain.shared.ids import new_id
from domain.shared.settings import settings
from domain.shared.viewer import PLATFORM


class _Silent:
    """A journal for nobody."""

    async def begin(self, progress: Progress) -> None:
        pass

    async def commit(self, progress: Progress) -> None:
        pass

    async def show(self, progress: Progress) -> None:
        pass

    async def keep(self, problems: Sequence[Problem]) -> None:
        raise SystemExit(str(problems[0].error))


async def _import(path: Path, on_error: OnError) -> dict[str, float]:
    plan = ImportPlan(
        subject=Subject.PRODUCTS,
        format=format_of(path.name) or Format.CSV,
        layout=Layout.HANSE,
        on_error=on_error,
        placing=Placing(),
        reference=new_id(),
    )
    done = await run_import(PLATFORM, path, plan, _Silent())
    return {"rows": done.progress.done, "changed": done.progress.changed}


async def _export(path: Path, subject: Subject) -> dict[str, float]:
    plan = ExportPlan(
        subject=subject, format=format_of(path.name) or Format.CSV, layout=Layout.HANSE, placing=Placing()
    )

    async def show(_done: int, _total: int) -> None:
        pass

    return {"rows": await run_export(plan, path, show)}


def _peak() -> float:
    """Megabytes. What `getrusage` tells begins with the memory of the process that this one was forked from."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


async def _main(kind: str, path: Path, word: str) -> None:
    await connect(settings())
    started = time.perf_counter()
    found = await (_import(path, OnError(word)) if kind == "import" else _export(path, Subject(word)))
    seconds = time.perf_counter() - started
    await disconnect()
    sys.stdout.buffer.write(orjson.dumps({**found, "seconds": seconds, "peak_mb": _peak()}))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
