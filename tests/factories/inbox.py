"""Inbox entries as the relay makes them and as workers leave them."""

from uuid import UUID

from domain.shared.database import run, value
from domain.shared.inbox import MAX_ATTEMPTS


async def given_up(event_id: UUID, consumer: str) -> None:
    """As after the last attempt that failed."""
    await run(
        """INSERT INTO inbox_entry (id, event_id, consumer, attempts, enqueued_at, dead_at, error)
           VALUES ($1, $1, $2, $3, now(), now(), 'LookupError')""",
        event_id,
        consumer,
        MAX_ATTEMPTS + 1,
    )


async def is_due(event_id: UUID, consumer: str) -> bool:
    """Whether the relay sends the entry at once, with all attempts before it."""
    return bool(
        await value(
            """SELECT dead_at IS NULL AND done_at IS NULL AND attempts = 0 AND enqueued_at = 'epoch'
               FROM inbox_entry WHERE event_id = $1 AND consumer = $2""",
            event_id,
            consumer,
        )
    )
