"""How often an event has been tried, for work that gives up earlier than the queue does."""

from uuid import UUID

from domain.shared.database import value


async def attempts(consumer: str, event_id: UUID) -> int:
    """Attempts begun so far, the present one included; those that killed their process count too."""
    counted: int | None = await value(
        "SELECT attempts FROM inbox_entry WHERE event_id = $1 AND consumer = $2", event_id, consumer
    )
    return counted or 0
