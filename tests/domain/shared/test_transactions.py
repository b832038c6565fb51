import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import asyncpg
import pytest
import pytest_asyncio

from domain.shared import database, finishing
from domain.shared.database import row, run, transaction, value
from domain.shared.errors import Busy
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.inbox import first_time
from domain.shared.outbox import Event, emit
from domain.shared.settings import Settings, settings
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


@pytest.mark.parametrize("turns", range(6))
async def test_a_committed_write_returns_although_its_connection_is_lost_at_release(shop: Settings, turns: int) -> None:
    name = f"committed {turns}"

    async with transaction(), _lost_after_the_end(turns):
        await run("INSERT INTO schedule_entry (name, started_at) VALUES ($1, now())", name)

    assert await value("SELECT count(*) FROM schedule_entry WHERE name = $1", name) == 1
    assert await _free_slots(shop) == shop.database_pool_size


@pytest.mark.parametrize("turns", range(6))
async def test_what_went_wrong_is_raised_although_the_connection_is_lost_at_release(shop: Settings, turns: int) -> None:
    with pytest.raises(LookupError):
        async with transaction(), _lost_after_the_end(turns):
            raise LookupError

    assert await _free_slots(shop) == shop.database_pool_size


@pytest.mark.parametrize("turns", range(6))
async def test_a_statement_returns_although_its_connection_is_lost_at_release(shop: Settings, turns: int) -> None:
    async with database.connection() as raw:
        found = await raw.fetchval("SELECT 7")
        lost = asyncio.ensure_future(_lose(raw._con, turns))
    await lost

    assert found == 7
    assert await _free_slots(shop) == shop.database_pool_size


@pytest.mark.usefixtures("slow_commit")
async def test_a_cancellation_while_committing_comes_when_the_commit_is_known() -> None:
    told = []

    async def work() -> None:
        async with transaction():
            await run("INSERT INTO slow_commit VALUES (1)")
        told.append("committed")
        await asyncio.sleep(30)

    task = asyncio.ensure_future(work())
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert told == ["committed"]
    assert await value("SELECT count(*) FROM slow_commit") == 1


@pytest.mark.usefixtures("slow_commit")
async def test_a_time_limit_that_passes_while_committing_does_not_cancel_what_comes_after_it() -> None:
    async with asyncio.timeout(0.2):
        async with transaction():
            await run("INSERT INTO slow_commit VALUES (1)")

    await asyncio.sleep(0.01)

    assert await value("SELECT count(*) FROM slow_commit") == 1


@pytest.mark.usefixtures("slow_commit")
async def test_a_commit_that_never_ends_is_given_up_some_time_after_the_cancellation(
    shop: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finishing, "PATIENCE_SECONDS", 0.1)

    async def work() -> None:
        async with transaction():
            await run("INSERT INTO slow_commit VALUES (1)")

    task = asyncio.ensure_future(work())
    await asyncio.sleep(0.2)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 0.3)
    assert await _free_slots(shop) == shop.database_pool_size


async def test_calls_that_return_are_those_that_committed_whatever_befalls_their_connections(shop: Settings) -> None:
    await run("CREATE TABLE stress (call int PRIMARY KEY)")
    reached_the_end: set[int] = set()

    @use_case
    async def insert(call: int) -> None:
        await run("INSERT INTO stress VALUES ($1)", call)
        await value("SELECT pg_sleep($1)", random.uniform(0, 0.004))
        reached_the_end.add(call)

    calls = [asyncio.ensure_future(_patiently(insert, call)) for call in range(600)]
    disturbing = asyncio.ensure_future(_disturb(calls))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    await disturbing
    committed = {r["call"] for r in await database.rows("SELECT call FROM stress")}
    await run("DROP TABLE stress")

    returned = {call for call, outcome in enumerate(outcomes) if outcome is None}
    lost = {call for call, outcome in enumerate(outcomes) if isinstance(outcome, database._LOST)}
    cancelled = {call for call, outcome in enumerate(outcomes) if isinstance(outcome, asyncio.CancelledError)}
    assert committed - returned - (lost & reached_the_end) == set()
    assert returned - committed == set()
    assert len(returned) + len(lost) + len(cancelled) == len(outcomes)
    assert min(len(returned), len(lost), len(cancelled)) > 5
    assert await _free_slots(shop) == shop.database_pool_size


@pytest_asyncio.fixture
async def slow_commit() -> AsyncIterator[None]:
    """A table `slow_commit`: to commit a row of it takes half a second."""
    await run(
        """CREATE TABLE slow_commit (id int);
           CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END';
           CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON slow_commit DEFERRABLE INITIALLY DEFERRED
           FOR EACH ROW EXECUTE FUNCTION take_time()"""
    )
    yield
    await run("DROP TABLE slow_commit; DROP FUNCTION take_time")


@contextlib.asynccontextmanager
async def _lost_after_the_end(turns: int) -> AsyncIterator[None]:
    """The transaction's connection is lost that many turns of the event loop after the transaction has ended."""
    async with database.connection() as raw:
        inner = raw._con
    losing = asyncio.ensure_future(_lose_when_ended(inner, turns))
    try:
        yield
    finally:
        assert not losing.done()


async def _lose_when_ended(inner: asyncpg.Connection, turns: int) -> None:
    while inner.is_in_transaction():  # noqa: ASYNC110 # it tells of no event, and each turn counts
        await asyncio.sleep(0)
    await _lose(inner, turns)


async def _lose(inner: asyncpg.Connection, turns: int) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)
    inner.terminate()


async def _patiently(insert: Callable[[int], Awaitable[None]], call: int) -> None:
    """Calls wait for their turn here, because one that finds no free connection in time would tell nothing."""
    async with _TURNS:
        await insert(call)


_TURNS = asyncio.Semaphore(20)


async def _disturb(calls: Sequence[asyncio.Future[None]]) -> None:
    """Terminate a random backend of the pool's, or cancel one of the calls under way, again and again."""
    server = await asyncpg.connect(**database.credentials(settings().database_url))
    try:
        while waiting := [call for call in calls if not call.done()]:
            if random.random() < 0.7:
                random.choice(waiting[:20]).cancel()
            else:
                await server.execute(
                    """SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
                       WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
                       ORDER BY random() LIMIT 1) AS victim"""
                )
            await asyncio.sleep(0.002)
    finally:
        await server.close()
