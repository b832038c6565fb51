"""The load generator seen from the measurement: give it a job, get the figures."""

import asyncio
import math
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
import psutil

from benchmarks.generator import Outcome
from benchmarks.scripts import Job

_ROOT = Path(__file__).resolve().parent.parent
_LONGEST_LINE = 64_000_000
_SECONDS_BETWEEN_SAMPLES = 0.05


class Failed(Exception):
    """The measured process answered something else than what it was asked for."""


@dataclass(frozen=True)
class Figures:
    """Of one round: operations a second, the milliseconds that half and 99 % of them took at most, and of the process
    that served them the milliseconds of processor time for each and the peak of resident MiB.
    """

    rate: float
    p50: float
    p99: float
    processor: float
    memory: float


class Load:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def put(self, job: Job, *, on: psutil.Process) -> Figures:
        """Carry out the job while watching the memory of the process that it is put on. Raises Failed."""
        sampled, before = [on.memory_info().rss], _processor_seconds(on)
        watching = asyncio.create_task(_watch(on, sampled))
        try:
            outcome = await self._carry_out(job)
        finally:
            watching.cancel()
        if outcome.failure:
            raise Failed(outcome.failure)
        taken = sorted(outcome.milliseconds)
        return Figures(
            rate=len(taken) / outcome.seconds,
            p50=_reached(taken, 0.5),
            p99=_reached(taken, 0.99),
            processor=(_processor_seconds(on) - before) / len(taken) * 1000,
            memory=max(sampled) / 2**20,
        )

    async def _carry_out(self, job: Job) -> Outcome:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(orjson.dumps(asdict(job)) + b"\n")
        return Outcome(**orjson.loads(await self._process.stdout.readline()))


@asynccontextmanager
async def load() -> AsyncIterator[Load]:
    """A generator in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.generator"),
        cwd=_ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
    )
    try:
        yield Load(process)
    finally:
        process.terminate()
        await process.wait()


async def _watch(process: psutil.Process, sampled: list[int]) -> None:
    while True:
        await asyncio.sleep(_SECONDS_BETWEEN_SAMPLES)
        sampled.append(process.memory_info().rss)


def _processor_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _reached(ascending: list[float], share: float) -> float:
    """The nearest-rank percentile."""
    return ascending[math.ceil(share * len(ascending)) - 1]
