"""What somebody means to buy, and meant to, for the copy of their data."""

from typing import Any
from uuid import UUID

from domain.shared.database import rows


async def personal_data(person_id: UUID) -> list[dict[str, Any]]:
    """Every cart with its lines, oldest first."""
    carts = await rows(
        """SELECT id, channel, currency, state, created_at, updated_at FROM cart WHERE buyer_id = $1 ORDER BY id""",
        person_id,
    )
    lines: dict[UUID, list[dict[str, Any]]] = {one["id"]: [] for one in carts}
    for line in await rows(
        "SELECT cart_id, variant_id, quantity FROM cart_line WHERE cart_id = ANY($1) ORDER BY id", list(lines)
    ):
        lines[line["cart_id"]].append({"variant_id": line["variant_id"], "quantity": line["quantity"]})
    return [{**one, "lines": lines[one["id"]]} for one in carts]


async def cart_ids_of(person_id: UUID) -> list[UUID]:
    """For what other contexts know of the carts."""
    return [one["id"] for one in await rows("SELECT id FROM cart WHERE buyer_id = $1 ORDER BY id", person_id)]
