"""The shop's operations held against the floors."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from benchmarks.buyers import forget_deliveries
from benchmarks.load import Figures, Load
from benchmarks.rounds import Rounds, Target, compared, middle, put, ratio
from benchmarks.shop import Shop, another
from benchmarks.subjects import Subject
from domain.shared.database import run
from domain.shared.settings import Settings
from hanse.processes import Part
from hanse.readiness import with_free_port

_FILLING_SECONDS = 1.0


@dataclass(frozen=True)
class Line:
    """One operation at one number of clients: the shop's figures; each floor's figures, and the shop's rate to its."""

    subject: Subject
    clients: int
    shop: Figures
    bare: tuple[Figures, float]
    by_hand: tuple[Figures, float]


async def against_floors(
    shop: Shop, chosen: Sequence[Subject], *, load: Load, rounds: Rounds, answers: Path
) -> AsyncIterator[Line]:
    """A line for each subject and number of clients, as they are measured."""
    own = with_free_port(shop.settings.model_copy(update={"port": 0}))
    async with _floors(own, answers) as floors:
        for subject in chosen:
            tidy = forget_deliveries if subject.writes else None
            targets = [
                Target(replace(subject.shop, port=shop.settings.port), shop.api, tidy),
                Target(replace(subject.bare, port=own.port), floors),
                Target(replace(subject.by_hand, port=own.port), floors, tidy),
            ]
            if subject.writes:
                await _fill(load, targets[-1])
            for clients in rounds.clients:
                yield _line(subject, clients, await compared(load, targets, clients=clients, rounds=rounds))


async def _fill(load: Load, purchases: Target) -> None:
    """A shop in business has orders. PostgreSQL knows ours as empty, and would read its tables from end to end."""
    await put(load, purchases, replace(purchases.job, seconds=_FILLING_SECONDS))
    await run("ANALYZE")


def _line(subject: Subject, clients: int, found: Sequence[Sequence[Figures]]) -> Line:
    shop, bare, by_hand = found
    return Line(
        subject,
        clients,
        middle(shop),
        bare=(middle(bare), ratio(shop, bare)),
        by_hand=(middle(by_hand), ratio(shop, by_hand)),
    )


@asynccontextmanager
async def _floors(known: Settings, answers: Path) -> AsyncIterator[psutil.Process]:
    command = (sys.executable, "-m", "benchmarks.floors", str(answers))
    async with another(Part("floors", command, known.data_dir.resolve() / "logs" / "floors.log"), known) as process:
        yield process
