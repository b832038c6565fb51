"""What lists show of a product after variants of it are gone."""

from uuid import UUID

from domain.inventory.refresh_stocked import refresh_stocked
from domain.pricing.set_prices import refresh_lowest_prices
from domain.shared.inbox import first_time
from domain.shared.transactions import use_case


@use_case
async def refresh_offer(event_id: UUID, product_id: UUID) -> None:
    """Find the lowest prices and the channels with stock anew, once for each event."""
    if await first_time("refresh_offer", event_id):
        await refresh_lowest_prices([product_id])
        await refresh_stocked([product_id])
