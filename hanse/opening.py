"""The steps between running engines and an open shop."""

import asyncio
import json
import math
import os
import time

from domain.analytics.queries import customer_segments
from domain.recommendations.queries import has_published, runs
from domain.shared.database import connect, disconnect
from domain.shared.settings import Settings
from domain.shared.viewer import PLATFORM
from hanse.failures import Failure
from hanse.parts import seeding
from hanse.processes import Child, end, until
from hanse.readiness import address, ask
from hanse.seed import is_seeded
from hanse.steps import Step
from hanse.supervisor import Supervisor
from hanse.surroundings import bring_up_to_date

_READY_SECONDS = 90.0
_MODELS_SECONDS = 90.0
_SEED_GRACE_SECONDS = 3.0


async def prepare_database(settings: Settings) -> bool:
    """Bring the database up to date. Returns whether it needs no demo data."""
    try:
        await bring_up_to_date(settings)
        return settings.environment != "demo" or await is_seeded()
    finally:
        await disconnect()


async def seed(settings: Settings, hurry: asyncio.Event) -> None:
    """Fill the shop in a process of its own, which can be ended at any moment. Raises Failure."""
    seeder = Child(seeding(settings))
    try:
        await until(lambda: seeder.exit_code is not None, seconds=math.inf)
    finally:
        await end([seeder], seconds=_SEED_GRACE_SECONDS, hurry=hurry)
    if seeder.exit_code:
        raise Failure("the demo shop could not be seeded; the next start tries again", abs(seeder.exit_code))


async def wait_until_ready(settings: Settings, supervisor: Supervisor, step: Step) -> None:
    """Until the API says that database, queue, relay and a worker answer. Raises Failure when that takes too long."""
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        status, body = await ask(f"{address(settings)}/readyz")
        if status == 200:
            step.tell("")
            return
        step.tell(_missing(status, body))
        supervisor.check()
        if time.monotonic() > deadline:
            logs = settings.data_dir.resolve() / "logs"
            raise Failure(
                f"not ready after {_READY_SECONDS:g} s: {step.note}; the logs are in {logs}", os.EX_UNAVAILABLE
            )
        await asyncio.sleep(0.1)


async def wait_for_models(settings: Settings, step: Step) -> None:
    """The first ones, which the seeding asked for; with some from before, newer ones are not waited for.

    A shop without models is open all the same, so this never fails.
    """
    await connect(settings)
    try:
        step.tell("published" if await has_published(PLATFORM) else await _first_models())
    finally:
        await disconnect()


async def _first_models() -> str:
    """What became of them."""
    deadline = time.monotonic() + _MODELS_SECONDS
    while time.monotonic() < deadline:
        latest = await runs(PLATFORM, first=1)
        state = latest[0].state if latest else "waiting"
        if state in {"failed", "refused"} or (state == "published" and await customer_segments(PLATFORM)):
            return f"{state} {latest[0].reason or ''}".strip()
        await asyncio.sleep(0.25)
    return "still in work; the shop is open without them"


def _missing(status: int, body: str) -> str:
    if status == 0:
        return "the API does not answer yet"
    try:
        parts = json.loads(body)["parts"]
    except (ValueError, KeyError):
        return f"/readyz answers {status}"
    return "waiting for " + ", ".join(name for name, state in parts.items() if state != "up")
