import asyncio
import contextlib

import asyncpg
import pytest

from domain.shared import database
from domain.shared.database import row, run, transaction, value
from domain.shared.errors import Busy
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.inbox import first_time
from domain.shared.outbox import Event, emit
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from domain.shared.viewer import ANONYMOUS


async def _free_slots(shop: Settings) -> int:
    """How many connections the pool can still give at once."""
    pool = await database._pool()
    async with contextlib.AsyncExitStack() as stack:
        for taken in range(shop.database_pool_size + 1):
            try:
                await stack.enter_async_context(pool.acquire(timeout=0.2))
            except TimeoutError:
                return taken
    raise AssertionError("more connections than the pool has")


async def test_a_use_case_refuses_to_nest() -> None:
    @use_case
    async def inner() -> None: ...

    @use_case
    async def outer() -> None:
        await inner()

    with pytest.raises(RuntimeError, match="called inside a transaction"):
        await outer()


async def test_operations_refuse_to_run_outside_a_transaction() -> None:
    class Happened(Event):
        kind = "test.happened"
        subject_type = "test"

    for operation in (
        emit(Happened(subject_id=new_id(), sequence=1)),
        first_time("test", new_id()),
        replayed(ANONYMOUS, "test", None, new_id()),
    ):
        with pytest.raises(RuntimeError, match="needs an open transaction"):
            await operation


async def test_an_exception_rolls_everything_back() -> None:
    @use_case
    async def fails() -> None:
        await run("INSERT INTO schedule_entry (name, started_at) VALUES ('rolled back', now())")
        raise LookupError

    with pytest.raises(LookupError):
        await fails()

    assert await row("SELECT 1 FROM schedule_entry WHERE name = 'rolled back'") is None


async def test_a_deadlock_runs_the_use_case_again() -> None:
    await run("INSERT INTO schedule_entry (name, started_at) VALUES ('lock a', now()), ('lock b', now())")
    meet, attempts = asyncio.Barrier(2), 0

    @use_case
    async def crosswise(first: str, second: str) -> None:
        nonlocal attempts
        attempts += 1
        await row("SELECT 1 FROM schedule_entry WHERE name = $1 FOR UPDATE", first)
        if attempts <= 2:
            await meet.wait()
        await row("SELECT 1 FROM schedule_entry WHERE name = $1 FOR UPDATE", second)

    await asyncio.gather(crosswise("lock a", "lock b"), crosswise("lock b", "lock a"))

    assert attempts == 3


async def test_a_lost_server_connection_gives_its_slot_back(shop: Settings) -> None:
    for _ in range(shop.database_pool_size * 2):
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            async with transaction():
                await value("SELECT pg_terminate_backend(pg_backend_pid())")

    assert await _free_slots(shop) == shop.database_pool_size


async def test_a_cancelled_task_gives_its_slot_back(shop: Settings) -> None:
    @use_case
    async def sleeps() -> None:
        await value("SELECT pg_sleep(30)")

    for delay in (0.0, 0.0005, 0.001, 0.005, 0.02) * 4:
        task = asyncio.ensure_future(sleeps())
        await asyncio.sleep(delay)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    assert await _free_slots(shop) == shop.database_pool_size


async def test_a_full_pool_is_said_in_time_instead_of_waited_for(
    shop: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_acquire_seconds", 0.1)
    pool = await database._pool()
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(shop.database_pool_size):
            await stack.enter_async_context(pool.acquire())

        with pytest.raises(Busy):
            async with transaction():
                pass
        with pytest.raises(Busy):
            await value("SELECT 1")


async def test_what_went_wrong_is_raised_although_the_connection_is_lost_with_it() -> None:
    @use_case
    async def fails() -> None:
        with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await value("SELECT pg_terminate_backend(pg_backend_pid())")
        raise LookupError

    with pytest.raises(LookupError):
        await fails()
