"""Carts that change hands: those of guests, when somebody claims what the guests bought."""

from collections.abc import Sequence
from uuid import UUID

from domain.shared.database import run
from domain.shared.transactions import require_transaction


async def hand_over_carts(from_ids: Sequence[UUID], to_id: UUID) -> None:
    """All carts of the ones become the other's: the open ones, and those that orders were made of. An operation."""
    require_transaction("hand_over_carts")
    await run("UPDATE cart SET buyer_id = $2 WHERE buyer_id = ANY($1)", list(from_ids), to_id)
