"""What follows from changes of stock, later."""

from uuid import UUID

from domain.inventory.keep_stocked import keep_variant_stocked
from workers.consume import consumer


@consumer("refresh_stocked")
async def refresh_stocked(event_id: UUID, variant_id: UUID) -> None:
    await keep_variant_stocked(event_id, variant_id)
