"""What lists show of products, after it has changed."""

from uuid import UUID

from domain.pricing import refresh_offers
from workers.consume import consumer


@consumer("refresh_offer")
async def refresh_offer(event_id: UUID, product_id: UUID) -> None:
    await refresh_offers.refresh_offer(event_id, product_id)
