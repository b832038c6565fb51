"""What can still be promised."""

from collections.abc import Sequence
from uuid import UUID

from domain.shared.database import rows


async def available(variant_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Units that can be reserved now, over all warehouses; a variant that no warehouse knows is absent. One statement."""
    found = await rows(
        """SELECT variant_id, sum(on_hand - reserved)::bigint AS units FROM stock_level
           WHERE variant_id = ANY($1) GROUP BY 1""",
        list(variant_ids),
    )
    return {r["variant_id"]: r["units"] for r in found}
