"""Subject and floors in short rounds one after the other, so that whatever else the machine does hits all of them."""

import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import astuple, dataclass, replace

import psutil

from benchmarks.load import Figures, Load
from benchmarks.scripts import Job

_WARM_UP = 0.25
"""The part of a round's seconds that each target is warmed up before its first."""


@dataclass(frozen=True)
class Rounds:
    """How many clients are tried, how often each target has its turn with them, and how long a turn is."""

    clients: Sequence[int]
    count: int
    seconds: float


@dataclass(frozen=True)
class Target:
    """A job, the process that it is put on, and what is to be done after each round."""

    job: Job
    process: psutil.Process
    tidy: Callable[[], Awaitable[None]] | None = None


async def compared(load: Load, targets: Sequence[Target], *, clients: int, rounds: Rounds) -> list[list[Figures]]:
    """The figures of each target, round by round. Each round begins with another target."""
    jobs = [replace(target.job, clients=clients, seconds=rounds.seconds) for target in targets]
    for target, job in zip(targets, jobs, strict=True):
        await put(load, target, replace(job, seconds=rounds.seconds * _WARM_UP))
    found: list[list[Figures]] = [[] for _ in targets]
    for number in range(rounds.count):
        for turn in range(len(targets)):
            which = (number + turn) % len(targets)
            found[which].append(await put(load, targets[which], jobs[which]))
    return found


def middle(rounds: Sequence[Figures]) -> Figures:
    """The median of each figure, but of memory the peak."""
    columns = zip(*map(astuple, rounds), strict=True)
    return replace(Figures(*map(statistics.median, columns)), memory=max(one.memory for one in rounds))


def ratio(subject: Sequence[Figures], floor: Sequence[Figures]) -> float:
    """The median over the rounds of the subject's rate to the floor's."""
    return statistics.median(one.rate / other.rate for one, other in zip(subject, floor, strict=True))


async def put(load: Load, target: Target, job: Job) -> Figures:
    figures = await load.put(job, on=target.process)
    if target.tidy is not None:
        await target.tidy()
    return figures
