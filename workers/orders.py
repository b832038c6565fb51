"""What follows from orders, later."""

from uuid import UUID

from domain.orders import count_sold as counting
from workers.consume import consumer


@consumer("count_sold")
async def count_sold(event_id: UUID, order_id: UUID) -> None:
    await counting.count_sold(event_id, order_id)
