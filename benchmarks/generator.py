"""The load generator, a process of its own: a job per line on standard input, its outcome per line on standard output."""

import asyncio
import gc
import sys
import time
from dataclasses import asdict, dataclass

import orjson
import uvloop

from benchmarks.scripts import Job, Script, Unexpected, script
from benchmarks.wire import Wire, wire


@dataclass(frozen=True)
class Outcome:
    """The milliseconds of each operation, and the seconds from the first's beginning to the last's end."""

    seconds: float
    milliseconds: list[float]
    failure: str = ""


def main() -> None:
    gc.disable()  # its pauses would be measured as the server's
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for line in sys.stdin.buffer:
            outcome = runner.run(_carried_out(Job(**orjson.loads(line))))
            sys.stdout.buffer.write(orjson.dumps(asdict(outcome)) + b"\n")
            sys.stdout.buffer.flush()
            gc.collect()


async def _carried_out(job: Job) -> Outcome:
    outcome = Outcome(0, [])
    try:
        outcome = await _measured(job)
    except* (Unexpected, OSError) as failures:
        outcome = Outcome(0, [], failure=str(failures.exceptions[0]))
    return outcome


async def _measured(job: Job) -> Outcome:
    wires = [await wire(job.port) for _ in range(job.clients)]
    taken: list[float] = []
    started = time.perf_counter()
    try:
        async with asyncio.TaskGroup() as clients:
            for number, one in enumerate(wires):
                clients.create_task(_work(one, script(job, number), started + job.seconds, taken))
        return Outcome(time.perf_counter() - started, taken)
    finally:
        for one in wires:
            one.close()


async def _work(wire: Wire, act: Script, until: float, taken: list[float]) -> None:
    """At least one operation, however short the time."""
    begun = 0.0
    while begun < until:
        begun = time.perf_counter()
        await act(wire)
        taken.append((time.perf_counter() - begun) * 1000)


if __name__ == "__main__":
    main()
