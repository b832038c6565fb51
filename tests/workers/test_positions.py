"""What the relay does to the tables, on a connection of the test's own."""

import asyncio
from collections.abc import AsyncIterator
from contextvars import Context
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from domain.shared import relaying
from domain.shared.clock import now
from domain.shared.database import credentials, row, rows, run, transaction
from domain.shared.outbox import emit
from tests.workers.probes import Note, Slow, happen

ROUTES = {"probe.note": ("first", "second")}
LONG = timedelta(seconds=30)


@pytest_asyncio.fixture
async def relay(empty_database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(**credentials(empty_database))
    yield connection
    await connection.close()


async def test_positions_have_no_gap_whoever_writes_or_rolls_back_meanwhile(relay: asyncpg.Connection) -> None:
    subjects = [uuid4() for _ in range(20)]
    writing = asyncio.gather(*(_write(subject) for subject in subjects))

    while not writing.done():
        await relaying.give_positions(relay, ROUTES, limit=7)
        await asyncio.sleep(0)
    while (await relaying.give_positions(relay, ROUTES, limit=7))[0]:
        pass

    found = await rows("SELECT position, subject_id, sequence FROM event ORDER BY position")
    assert [r["position"] for r in found] == list(range(1, 20 * 20 + 1))
    for subject in subjects:
        assert [r["sequence"] for r in found if r["subject_id"] == subject] == [n for n in range(30) if n % 3]


async def _happen_elsewhere() -> list[UUID]:
    return await happen(Note)


async def _write(subject: UUID) -> None:
    for sequence in range(30):
        try:
            async with transaction():
                await emit(Note(subject_id=subject, sequence=sequence))
                await asyncio.sleep(0)
                if sequence % 3 == 0:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            continue


async def test_an_event_that_commits_late_comes_after_those_that_were_placed(relay: asyncpg.Connection) -> None:
    async with transaction():
        early = await emit(Note(subject_id=uuid4(), sequence=1))
        [late] = await asyncio.create_task(_happen_elsewhere(), context=Context())
        assert await relaying.give_positions(relay, ROUTES, limit=10) == (1, 1)

    assert await relaying.give_positions(relay, ROUTES, limit=10) == (1, 2)

    placed = await rows("SELECT id FROM event ORDER BY position")
    assert [r["id"] for r in placed] == [late, early]


async def test_every_consumer_of_a_kind_gets_an_entry_and_a_kind_without_consumers_none(
    relay: asyncpg.Connection,
) -> None:
    [note] = await happen(Note)
    await happen(Slow)

    await relaying.give_positions(relay, ROUTES, limit=10)

    entries = await rows("SELECT event_id, consumer, attempts FROM inbox_entry ORDER BY consumer")
    assert [tuple(r) for r in entries] == [(note, "first", 0), (note, "second", 0)]


async def test_a_claim_takes_each_unsent_entry_once_until_it_is_returned(relay: asyncpg.Connection) -> None:
    events = await happen(Note, 3)
    await relaying.give_positions(relay, ROUTES, limit=10)

    claimed = await relaying.claim_unsent(relay, at=now(), limit=4)
    rest = await relaying.claim_unsent(relay, at=now(), limit=4)
    await relaying.claim(relay, [claimed[0]], at=None)
    again = await relaying.claim_unsent(relay, at=now(), limit=4)

    assert [d.event_id for d in claimed + rest] == [events[0], events[0], events[1], events[1], events[2], events[2]]
    assert again == [claimed[0]]


@pytest.mark.parametrize(
    ("attempts", "waited", "is_overdue"), [(0, 29, False), (0, 31, True), (2, 119, False), (2, 121, True)]
)
async def test_an_entry_is_overdue_after_a_wait_that_doubles_with_each_attempt(
    relay: asyncpg.Connection, attempts: int, waited: int, is_overdue: bool
) -> None:
    await happen(Note)
    await relaying.give_positions(relay, {"probe.note": ("first",)}, limit=10)
    await relaying.claim_unsent(relay, at=now() - timedelta(seconds=waited), limit=10)
    await run("UPDATE inbox_entry SET attempts = $1", attempts)

    overdue = await relaying.find_overdue(relay, ["first"], at=now(), patience=LONG, limit=10)

    assert len(overdue) == is_overdue


async def test_an_entry_that_is_done_dead_or_being_settled_is_not_claimed(relay: asyncpg.Connection) -> None:
    await happen(Note, 3)
    await relaying.give_positions(relay, {"probe.note": ("first",)}, limit=10)
    claimed = await relaying.claim_unsent(relay, at=now() - timedelta(hours=9), limit=10)
    [done, dead, settling] = claimed
    await run("UPDATE inbox_entry SET done_at = now() WHERE id = $1", done.entry_id)
    await run("UPDATE inbox_entry SET dead_at = now() WHERE id = $1", dead.entry_id)

    async with transaction():
        await row("SELECT FROM inbox_entry WHERE id = $1 FOR UPDATE", settling.entry_id)
        while_settling = await relaying.claim(relay, claimed, at=now())
    [(waited, overdue)] = await relaying.find_overdue(relay, ["first"], at=now(), patience=LONG, limit=10)
    afterwards = await relaying.claim(relay, claimed, at=now())

    assert while_settling == []
    assert (round(waited / timedelta(hours=1)), overdue) == (9, settling)
    assert afterwards == [settling]
