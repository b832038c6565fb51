"""A shop of the measurement's own: engines in a folder, a large assortment, the parts that serve and work."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from domain.shared.database import disconnect, run
from domain.shared.settings import Settings, settings
from hanse.engines import Engines
from hanse.failures import Failure
from hanse.parts import parts
from hanse.processes import Child, Part, end
from hanse.readiness import address, ask, with_free_port
from hanse.secret_files import with_master_key
from hanse.seed import Scale, seed
from hanse.surroundings import bring_up_to_date, environment_of

_BEHIND_THE_SCENES = {"relay", "worker-default"}
_READY_SECONDS = 60.0


@dataclass(frozen=True)
class Shop:
    """Engines and API. The measuring process has the pool open, and the shop's settings in its environment."""

    settings: Settings
    api: psutil.Process


@asynccontextmanager
async def opened(folder: Path, scale: Scale) -> AsyncIterator[Shop]:
    """From empty to an API that answers, whatever the environment and .env say; ended with the block. Raises Failure."""
    os.environ |= {"DATABASE_URL": "", "REDIS_URL": "", "HANSE_DATA_DIR": str(folder), "HANSE_PORT": "0"}
    os.environ |= {"HANSE_ENVIRONMENT": "demo", "HANSE_HOST": "127.0.0.1", "HANSE_MASTER_KEY": ""}
    os.environ["HANSE_RISK_ORDERS_PER_HOUR"] = "1000000"  # few buyers buy much here, and none of it is suspicious
    settings.cache_clear()
    engines = Engines(settings())
    try:
        await engines.claim()
        await engines.start_postgres()
        await engines.start_valkey()
        known = with_master_key(with_free_port(engines.settings))
        await bring_up_to_date(known)
        await seed(scale=scale)
        await run("UPDATE stock_level SET on_hand = on_hand + 1000000")  # nothing is sold out while we measure
        await run("VACUUM")
        (api,) = (part for part in parts(known) if part.name == "api")
        async with another(api, known) as process:
            yield Shop(known, process)
    finally:
        await disconnect()
        await engines.stop()


@asynccontextmanager
async def at_work(known: Settings) -> AsyncIterator[None]:
    """Relay and worker, for as long as the block runs."""
    children = [Child(part) for part in parts(known) if part.name in _BEHIND_THE_SCENES]
    try:
        await _until_it_answers(known, "/readyz", children)
        yield
    finally:
        await end(children, seconds=5)


@asynccontextmanager
async def another(part: Part, known: Settings) -> AsyncIterator[psutil.Process]:
    """One more process, serving at the port of `known`."""
    child = Child(replace(part, environment={**part.environment, **environment_of(known)}))
    try:
        await _until_it_answers(known, "/healthz", [child])
        yield psutil.Process(child.pid)
    finally:
        await end([child], seconds=5)


async def _until_it_answers(known: Settings, path: str, children: Sequence[Child]) -> None:
    """Raises Failure when it does not answer 200 in time, or one of the children has ended."""
    deadline = time.monotonic() + _READY_SECONDS
    while (await ask(f"{address(known)}{path}"))[0] != 200:
        await asyncio.sleep(0.1)
        for child in children:
            if child.exit_code is not None or time.monotonic() > deadline:
                raise Failure(f"{path} is not ready; {child.part.name}: {child.last_words()}", os.EX_UNAVAILABLE)
