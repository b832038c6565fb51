"""What somebody has bought and keeps."""

from collections.abc import Sequence
from uuid import UUID

from domain.orders.states import OrderState
from domain.shared.database import rows


async def bought(buyer_id: UUID, product_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the products that the buyer was sent, and has not sent back whole. One statement."""
    found = await rows(
        """SELECT DISTINCT l.product_id FROM orders o JOIN order_line l ON l.order_id = o.id
           WHERE o.buyer_id = $1 AND o.state = ANY($2) AND l.product_id = ANY($3) AND l.returned < l.quantity""",
        buyer_id,
        [OrderState.SHIPPED, OrderState.DELIVERED],
        list(product_ids),
    )
    return {one["product_id"] for one in found}
