"""Forgetting guests who bought nothing, and telling who did."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.identity.privacy.retention import delete_guests, hold_old_guests, old_guests
from domain.orders.states import OrderState
from domain.shared.database import rows
from domain.shared.transactions import use_case

_NOBODY = UUID(int=0)


async def forget_guests(before: datetime) -> int:
    """Delete the guests who came before `before` and never ordered, some in each transaction. Returns how many."""
    forgotten, after = 0, _NOBODY
    while guests := await old_guests(before, after):
        if idle := await _idle(guests):
            forgotten += await _forget(idle, before)
        after = guests[-1]
    return forgotten


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


@use_case
async def _forget(guests: Sequence[UUID], before: datetime) -> int:
    """Their rows are locked before their orders are looked for once more, so none can be placed in between."""
    idle = await _idle(await hold_old_guests(guests, before))
    await delete_guests(idle)
    return len(idle)


async def _idle(guests: Sequence[UUID]) -> list[UUID]:
    buyers = await _buyers_among(guests)
    return [guest for guest in guests if guest not in buyers]


async def _buyers_among(people: Sequence[UUID]) -> set[UUID]:
    found = await rows("SELECT DISTINCT buyer_id FROM orders WHERE buyer_id = ANY($1)", list(people))
    return {one["buyer_id"] for one in found}
