"""Events that a consumer will not try again: their inbox entries stay, with the reason, until a person looks."""

from uuid import UUID

from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.transactions import use_case


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
