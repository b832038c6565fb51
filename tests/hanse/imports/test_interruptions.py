"""An import that is stopped in the middle, and two at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from rich.progress import Progress

from domain.shared.database import credentials, value
from domain.shared.settings import settings
from hanse.imports.refusal import ImportRefused
from hanse.imports.transactions import import_transactions
from tests.hanse.imports.retail import Line, everything, load_file, names_in, write_lines

pytestmark = pytest.mark.usefixtures("own_shop")

LINES = [Line(), Line("C1", quantity=-6, invoice_ts="2010-12-02T10:00")]

WAITING = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@asynccontextmanager
async def held(table: str) -> AsyncIterator[asyncpg.Connection]:
    """Nobody else can write to `table` inside the block."""
    connection = await asyncpg.connect(**credentials(settings().database_url))
    try:
        async with connection.transaction():
            await connection.execute(f'LOCK TABLE "{table}" IN SHARE MODE')
            yield connection
    finally:
        await connection.close()


async def begun(path: Path, blocker: asyncpg.Connection) -> "asyncio.Task[object]":
    """An import that has come as far as the table that `blocker` holds."""
    task = asyncio.create_task(load_file(path))
    while not await blocker.fetchval(f"SELECT count(*) {WAITING}"):
        assert not task.done()
        await asyncio.sleep(0.01)
    return task


@pytest.mark.parametrize("table", ["product", "users", "orders", "order_line", "price", "audit_entry"])
async def test_an_import_that_is_stopped_leaves_nothing(tmp_path: Path, table: str) -> None:
    path = write_lines(tmp_path, *LINES)
    before = await everything()

    async with held(table) as blocker:
        task = await begun(path, blocker)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert await everything() == before
    assert names_in(tmp_path) == ["sales.csv"]
    assert (await load_file(path)).orders.added == 1


class _CancelledWhileReading(Progress):
    """Ctrl-C, as asyncio carries it out, at the first sign of progress."""

    def update(self, *_: object, **__: object) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()


async def test_an_import_can_be_stopped_while_it_reads(tmp_path: Path) -> None:
    path = write_lines(tmp_path, *(Line(str(number)) for number in range(5_000)))
    before = await everything()

    task = asyncio.create_task(
        import_transactions(path, rejects=tmp_path / "rejects.csv", progress=_CancelledWhileReading(disable=True))
    )
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await everything() == before
    assert (await load_file(path)).orders.added == 5_000


async def test_a_server_that_ends_the_connection_leaves_nothing(tmp_path: Path) -> None:
    path = write_lines(tmp_path, *LINES)
    before = await everything()

    async with held("order_line") as blocker:
        task = await begun(path, blocker)
        await blocker.execute(f"SELECT pg_terminate_backend(pid) {WAITING}")
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await task

    assert await everything() == before


async def test_a_second_import_at_the_same_time_is_refused(tmp_path: Path) -> None:
    path = write_lines(tmp_path, *LINES)

    async with held("order_line") as blocker:
        first = await begun(path, blocker)
        with pytest.raises(ImportRefused, match="another import is running"):
            await load_file(path)
    await first

    assert await value("SELECT count(*) FROM orders") == 1
