"""What follows for the stock of a whole channel, later."""

from uuid import UUID

from domain.inventory.keep_stocked import keep_all_stocked
from workers.consume import consumer


@consumer("refresh_all_stocked", queue="bulk")
async def refresh_all_stocked(event_id: UUID, _channel_id: UUID) -> None:
    await keep_all_stocked(event_id)
