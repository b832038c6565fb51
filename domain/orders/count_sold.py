"""Keeping the number of units sold, by which lists are sorted, in step with what is paid and what comes back."""

from collections import Counter
from uuid import UUID

from domain.catalog.listing.sold import add_sold
from domain.orders.queries import lines_of
from domain.shared.database import value
from domain.shared.inbox import first_time
from domain.shared.transactions import use_case

_SIGN = {"order.paid": 1, "order.refunded": -1, "order.returned": -1}


@use_case
async def count_sold(event_id: UUID, order_id: UUID) -> None:
    """Add the order's units to its products, or take them off again, as the event says; once."""
    if not await first_time("count_sold", event_id):
        return
    sign = _SIGN[await value("SELECT kind FROM event WHERE id = $1", event_id)]
    units = Counter[UUID]()
    for line in (await lines_of([order_id])).get(order_id, []):
        units[line.product_id] += sign * line.quantity
    await add_sold(units)
