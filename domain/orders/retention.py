"""Forgetting guests who bought nothing, and telling who did."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.identity.privacy.retention import delete_guests, old_guests
from domain.orders.states import OrderState
from domain.shared.database import rows
from domain.shared.transactions import use_case

_NOBODY = UUID(int=0)


@use_case
async def forget_guests(before: datetime) -> int:
    """Delete some of the guests who came before `before` and never ordered. Returns how many; 0 when none is left.

    Their rows are locked before their orders are looked for, so none can be placed in between.
    """
    after = _NOBODY
    while guests := await old_guests(before, after):
        buyers = await _buyers_among(guests)
        if idle := [guest for guest in guests if guest not in buyers]:
            await delete_guests(idle)
            return len(idle)
        after = guests[-1]
    return 0


async def buyers_since(people: Sequence[UUID], moment: datetime) -> set[UUID]:
    """Which of `people` have placed an order since `moment`, or have one under way. One statement."""
    found = await rows(
        """SELECT DISTINCT buyer_id FROM orders
           WHERE buyer_id = ANY($1) AND (placed_at >= $2 OR state = ANY($3))""",
        list(people),
        moment,
        [OrderState.PENDING, OrderState.PAID],
    )
    return {one["buyer_id"] for one in found}


async def _buyers_among(people: Sequence[UUID]) -> set[UUID]:
    found = await rows("SELECT DISTINCT buyer_id FROM orders WHERE buyer_id = ANY($1)", list(people))
    return {one["buyer_id"] for one in found}
