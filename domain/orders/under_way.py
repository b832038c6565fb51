"""Orders that still need to know whom they are for."""

from uuid import UUID

from domain.orders.errors import OrdersUnderWay
from domain.orders.states import OrderState, order_label
from domain.shared.database import rows


async def require_none_under_way(buyer_id: UUID) -> None:
    """Raise OrdersUnderWay while the buyer has an order that is pending, or paid and not yet sent."""
    found = await rows(
        "SELECT number FROM orders WHERE buyer_id = $1 AND state = ANY($2) ORDER BY number",
        buyer_id,
        [OrderState.PENDING, OrderState.PAID],
    )
    if found:
        raise OrdersUnderWay(orders=tuple(order_label(one["number"]) for one in found))
