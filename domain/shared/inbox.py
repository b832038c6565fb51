"""Each consumer of an event, once: the row that says whether it is still due, was done, or was given up.

The relay makes the row, so that work is found again in PostgreSQL when the queue forgets it; the consumer settles it in
the transaction of its effect.
"""

from uuid import UUID

from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.transactions import require_transaction, use_case

MAX_ATTEMPTS = 10


async def first_time(consumer: str, event_id: UUID) -> bool:
    """Claim the event for this consumer in the caller's transaction. False: its effect was committed before.

    A second claim at the same moment waits for the first transaction to end.
    """
    require_transaction("first_time")
    claimed = await run(
        """INSERT INTO inbox_entry (id, event_id, consumer, attempts, enqueued_at, done_at)
           VALUES (gen_random_uuid(), $1, $2, 1, $3, $3)
           ON CONFLICT (event_id, consumer) DO UPDATE SET done_at = $3 WHERE inbox_entry.done_at IS NULL""",
        event_id,
        consumer,
        now(),
    )
    return claimed == 1


@use_case
async def begin_attempt(consumer: str, event_id: UUID) -> bool:
    """Count an attempt before the work starts, so that work which kills its process is counted too.

    False when it was done or given up before, or has failed `MAX_ATTEMPTS` times: then it is dead and waits for a person.
    """
    attempts = await value(
        """UPDATE inbox_entry SET attempts = attempts + 1, dead_at = CASE WHEN attempts >= $3 THEN $4::timestamptz END
           WHERE event_id = $1 AND consumer = $2 AND done_at IS NULL AND dead_at IS NULL RETURNING attempts""",
        event_id,
        consumer,
        MAX_ATTEMPTS,
        now(),
    )
    return attempts is not None and attempts <= MAX_ATTEMPTS


@use_case
async def record_failure(consumer: str, event_id: UUID, error: str) -> None:
    """Keep the last error beside the attempt."""
    await run(
        "UPDATE inbox_entry SET error = $3 WHERE event_id = $1 AND consumer = $2", event_id, consumer, error[:2000]
    )
