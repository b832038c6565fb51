"""What can still be promised."""

from collections.abc import Sequence
from uuid import UUID

from domain.shared.database import rows

AVAILABLE = "greatest(0, s.on_hand - s.reserved - s.safety + s.backorder_limit)"
"""Of one level `s`. What a warehouse has promised too much of takes nothing from the others."""


async def available(variant_ids: Sequence[UUID], *, channel: str) -> dict[UUID, int]:
    """Units that can be reserved now, over the channel's warehouses; a variant that none of them knows is absent.

    One statement, whatever the number of variants.
    """
    found = await rows(
        f"""SELECT s.variant_id, sum({AVAILABLE})::bigint AS units
            FROM stock_level s JOIN channel_warehouse c ON c.warehouse_id = s.warehouse_id
            WHERE s.variant_id = ANY($1) AND c.channel = $2 GROUP BY 1""",
        list(variant_ids),
        channel,
    )
    return {r["variant_id"]: r["units"] for r in found}
