"""Events that a consumer will not try again: their inbox entries stay, with the reason, until a person looks."""

from uuid import UUID

from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.outbox import WAKE_RELAY
from domain.shared.relaying import UNSENT
from domain.shared.transactions import require_transaction, use_case


@use_case
async def give_up(consumer: str, event_id: UUID, reason: str) -> None:
    """Mark the entry as dead, unless it was done meanwhile. Nothing delivers a dead entry again."""
    await run(
        """UPDATE inbox_entry SET dead_at = $4, error = $3
           WHERE event_id = $1 AND consumer = $2 AND done_at IS NULL""",
        event_id,
        consumer,
        reason[:2000],
        now(),
    )


async def try_again(kind: str, subject_id: UUID) -> bool:
    """Let events of this kind about the subject that were given up be delivered anew, with all their attempts.

    False: none was given up. An operation.
    """
    require_transaction("try_again")
    revived = await run(
        f"""UPDATE inbox_entry SET dead_at = NULL, attempts = 0, enqueued_at = '{UNSENT}' FROM event
            WHERE event.id = event_id AND event.kind = $1 AND event.subject_id = $2
              AND dead_at IS NOT NULL AND done_at IS NULL""",
        kind,
        subject_id,
    )
    if revived:
        await run("SELECT pg_notify($1, '')", WAKE_RELAY)
    return revived > 0
