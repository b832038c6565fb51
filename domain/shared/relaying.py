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
    """One event for one consumer, and the request that the event came from, or an empty string."""

    entry_id: UUID
    consumer: str
    event_id: UUID
    subject_id: UUID
    request_id: str


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
    unsent = await connection.fetch(
        f"""SELECT entry.id AS entry_id, consumer, event_id, subject_id, request_id
            FROM inbox_entry entry JOIN event ON event.id = event_id
            WHERE done_at IS NULL AND dead_at IS NULL AND enqueued_at = '{UNSENT}' ORDER BY position LIMIT $1""",
        limit,
    )
    return await claim(connection, [Delivery(*found) for found in unsent], at=at)


async def find_overdue(
    connection: asyncpg.Connection, consumers: Sequence[str], *, at: datetime, patience: timedelta, limit: int
) -> list[tuple[timedelta, Delivery]]:
    """Up to `limit` entries of these consumers that should have been done by `at`, with how long each has waited.

    An entry is overdue when it was enqueued longer ago than `patience`; its waiting counts half for each attempt made.
    """
    overdue = await connection.fetch(
        f"""SELECT entry.id AS entry_id, consumer, event_id, subject_id, request_id,
              ($1::timestamptz - enqueued_at) / (1 << least(attempts, {_LONGEST_DOUBLING})) AS waited
            FROM inbox_entry entry JOIN event ON event.id = event_id
            WHERE done_at IS NULL AND dead_at IS NULL AND enqueued_at > '{UNSENT}' AND consumer = ANY($2)
              AND enqueued_at < $1 - $3::interval * (1 << least(attempts, {_LONGEST_DOUBLING}))
            ORDER BY enqueued_at, position LIMIT $4""",
        at,
        consumers,
        patience,
        limit,
    )
    return [(waited, Delivery(*delivery)) for *delivery, waited in overdue]


async def claim(
    connection: asyncpg.Connection, deliveries: Sequence[Delivery], *, at: datetime | None
) -> list[Delivery]:
    """Mark these entries as enqueued at `at`, None for not at all, and return those of them that are still to do.

    An entry that a consumer is settling at this moment is left alone, so that nothing here waits for a consumer.
    """
    marked = await connection.fetch(
        f"""UPDATE inbox_entry SET enqueued_at = coalesce($2::timestamptz, '{UNSENT}') WHERE id IN
              (SELECT id FROM inbox_entry WHERE id = ANY($1) AND done_at IS NULL AND dead_at IS NULL
               FOR UPDATE SKIP LOCKED) RETURNING id""",
        [delivery.entry_id for delivery in deliveries],
        at,
    )
    ids = {found["id"] for found in marked}
    return [delivery for delivery in deliveries if delivery.entry_id in ids]


async def backlog() -> Backlog:
    """Read through the pool, for those who watch."""
    found = await row(
        """SELECT (SELECT count(*) FROM event WHERE position IS NULL) AS unplaced,
             (SELECT count(*) FROM inbox_entry WHERE done_at IS NULL AND dead_at IS NULL) AS open,
             (SELECT count(*) FROM inbox_entry WHERE dead_at IS NOT NULL) AS dead"""
    )
    assert found is not None
    return Backlog(**found)
