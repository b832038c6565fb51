"""What the relay does to the tables of events and inbox entries.

Every function takes the relay's own connection, the one that holds its lock: a relay that has lost the lock has lost
the connection too, and can change nothing any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from domain.shared.database import row

POSITIONS_CHANNEL = "hanse:events"
"""The Redis channel that carries the highest position given, to wake whoever reads events by position."""

UNSENT = "epoch"
"""The `enqueued_at` of an entry whose message is not in the queue yet."""

_LONGEST_DOUBLING = 7


@dataclass(frozen=True)
class Delivery:
    """One event for one consumer."""

    entry_id: UUID
    consumer: str
    event_id: UUID
    subject_id: UUID


@dataclass(frozen=True)
class Backlog:
    """How far the machinery is behind: events without a position, entries not done, entries given up."""

    unplaced: int
    open: int
    dead: int


async def try_lock(connection: asyncpg.Connection, lock: int) -> bool:
    """Take the session's advisory lock if nobody holds it."""
    return bool(await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock))


async def give_positions(
    connection: asyncpg.Connection, routes: Mapping[str, Sequence[str]], *, limit: int
) -> tuple[int, int]:
    """Give up to `limit` committed events the next positions, in order of insertion, and an entry for each consumer.

    Returns how many, and the highest position. One statement: an event has its position and all its entries, or none.
    """
    pairs = [(kind, consumer) for kind, consumers in routes.items() for consumer in consumers]
    placed = await connection.fetchrow(
        f"""WITH last AS (SELECT coalesce(max(position), 0) AS position FROM event),
             oldest AS (SELECT id, serial FROM event WHERE position IS NULL ORDER BY serial LIMIT $1),
             fresh AS (SELECT id, row_number() OVER (ORDER BY serial) AS nth FROM oldest),
             placed AS (UPDATE event SET position = last.position + fresh.nth FROM fresh, last
                        WHERE event.id = fresh.id RETURNING event.id, event.kind, event.position),
             entries AS (INSERT INTO inbox_entry (id, event_id, consumer, attempts, enqueued_at)
                         SELECT gen_random_uuid(), placed.id, route.consumer, 0, '{UNSENT}'
                         FROM placed JOIN unnest($2::text[], $3::text[]) AS route (kind, consumer) USING (kind)
                         ON CONFLICT (event_id, consumer) DO NOTHING)
            SELECT count(*) AS count, coalesce(max(position), 0) AS highest FROM placed""",
        limit,
        [kind for kind, _ in pairs],
        [consumer for _, consumer in pairs],
    )
    return placed["count"], placed["highest"]


async def claim_unsent(connection: asyncpg.Connection, *, at: datetime, limit: int) -> list[Delivery]:
    """Mark up to `limit` unsent entries as enqueued at `at` and return them, oldest event first."""
    return await _claim(
        connection,
        f"""UPDATE inbox_entry SET enqueued_at = $1 FROM
              (SELECT entry.id AS found_id, subject_id, position FROM inbox_entry entry JOIN event ON event.id = event_id
               WHERE done_at IS NULL AND dead_at IS NULL AND enqueued_at = '{UNSENT}'
               ORDER BY position LIMIT $2 FOR UPDATE OF entry SKIP LOCKED) AS found
            WHERE id = found_id RETURNING id, consumer, event_id, subject_id, position""",
        at,
        limit,
    )


async def claim_overdue(
    connection: asyncpg.Connection, consumers: Sequence[str], *, at: datetime, patience: timedelta, limit: int
) -> list[Delivery]:
    """Mark up to `limit` entries that should have been done by now as enqueued at `at`, and return them.

    Overdue is an entry that was enqueued longer ago than `patience`, doubled for each attempt. Entries that somebody is
    working on inside a transaction are left alone.
    """
    return await _claim(
        connection,
        f"""UPDATE inbox_entry SET enqueued_at = $1 FROM
              (SELECT entry.id AS found_id, subject_id, position FROM inbox_entry entry JOIN event ON event.id = event_id
               WHERE done_at IS NULL AND dead_at IS NULL AND enqueued_at > '{UNSENT}' AND consumer = ANY($3)
                 AND enqueued_at < $1::timestamptz - $4::interval * (1 << least(attempts, {_LONGEST_DOUBLING}))
               ORDER BY enqueued_at, position LIMIT $2 FOR UPDATE OF entry SKIP LOCKED) AS found
            WHERE id = found_id RETURNING id, consumer, event_id, subject_id, position""",
        at,
        limit,
        consumers,
        patience,
    )


async def return_unsent(connection: asyncpg.Connection, entry_ids: Sequence[UUID]) -> None:
    """Undo a claim: the queue did not take these."""
    await connection.execute(
        f"UPDATE inbox_entry SET enqueued_at = '{UNSENT}' WHERE id = ANY($1) AND done_at IS NULL", entry_ids
    )


async def count_enqueued(connection: asyncpg.Connection, consumers: Sequence[str]) -> int:
    """How many entries of these consumers wait for the queue or are being worked on."""
    return int(
        await connection.fetchval(
            f"""SELECT count(*) FROM inbox_entry
                WHERE done_at IS NULL AND dead_at IS NULL AND enqueued_at > '{UNSENT}' AND consumer = ANY($1)""",
            consumers,
        )
    )


async def backlog() -> Backlog:
    """Read through the pool, for those who watch."""
    found = await row(
        """SELECT (SELECT count(*) FROM event WHERE position IS NULL) AS unplaced,
             (SELECT count(*) FROM inbox_entry WHERE done_at IS NULL AND dead_at IS NULL) AS open,
             (SELECT count(*) FROM inbox_entry WHERE dead_at IS NOT NULL) AS dead"""
    )
    assert found is not None
    return Backlog(**found)


async def _claim(connection: asyncpg.Connection, sql: str, *values: object) -> list[Delivery]:
    found = await connection.fetch(sql, *values)
    return [
        Delivery(entry_id=r["id"], consumer=r["consumer"], event_id=r["event_id"], subject_id=r["subject_id"])
        for r in sorted(found, key=lambda r: r["position"])
    ]
