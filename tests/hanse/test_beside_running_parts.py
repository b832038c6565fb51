"""Commands for the data, while the relay and the schedule work on the same database and hold their locks."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio

from domain.shared.database import value
from domain.shared.locks import AdvisoryLock
from domain.shared.settings import Settings
from tests.backstage import until
from tests.hanse.commands import hanse
from tests.hanse.imports.retail import Line, write_lines
from tests.own_shop import own_shop
from tests.processes import running

__all__ = ["own_shop"]

HOLDERS = (AdvisoryLock.RELAY, AdvisoryLock.SCHEDULE)
LEADING = """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = ANY($1)
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@pytest_asyncio.fixture
async def working_shop(own_shop: Settings) -> AsyncIterator[Settings]:
    """Its relay and its schedule lead."""
    async with AsyncExitStack() as parts:
        for module in ("workers.relay", "workers.schedule"):
            await parts.enter_async_context(running(module, shop=own_shop))
        await until(_both_lead, seconds=20)
        yield own_shop


async def test_the_database_is_migrated(working_shop: Settings, tmp_path: Path) -> None:
    said = await _finished(working_shop, tmp_path, "migrate")

    assert "The database is up to date." in said
    assert await _both_lead()


async def test_transactions_are_imported_and_the_relay_carries_their_events(
    working_shop: Settings, tmp_path: Path
) -> None:
    file = write_lines(tmp_path, Line(), Line("C1", quantity=-6, invoice_ts="2010-12-02T10:00"))

    await _finished(working_shop, tmp_path, "import", "transactions", str(file))

    assert await value("SELECT count(*) FROM orders") == 1
    await until(_everything_is_placed)
    assert await _both_lead()


async def _finished(shop: Settings, folder: Path, *words: str) -> str:
    """What a command said that ended well, which it has 60 seconds for."""
    engines = {"DATABASE_URL": shop.database_url, "REDIS_URL": shop.redis_url}
    key = os.environ["HANSE_MASTER_KEY"]
    ended = await asyncio.to_thread(hanse, folder, *words, HANSE_MASTER_KEY=key, **engines)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


async def _both_lead() -> bool:
    return bool(await value(LEADING, [int(lock) for lock in HOLDERS]) == len(HOLDERS))


async def _everything_is_placed() -> bool:
    return bool(await value("SELECT count(*) > 0 AND bool_and(position IS NOT NULL) FROM event"))
