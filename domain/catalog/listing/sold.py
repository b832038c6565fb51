"""How many units of a product were sold."""

from collections.abc import Mapping
from uuid import UUID

from domain.shared.database import rows, run
from domain.shared.transactions import require_transaction


async def add_sold(units: Mapping[UUID, int]) -> None:
    """Add units (below zero: take off) to the listings of products, locked in the order of their ids."""
    require_transaction("add_sold")
    await rows(
        "SELECT 1 FROM product_listing WHERE product_id = ANY($1) ORDER BY product_id FOR UPDATE", list(units.keys())
    )
    await run(
        """UPDATE product_listing p SET sold = greatest(0, p.sold + u.units)
           FROM unnest($1::uuid[], $2::int[]) AS u(product_id, units) WHERE p.product_id = u.product_id""",
        list(units.keys()),
        list(units.values()),
    )
