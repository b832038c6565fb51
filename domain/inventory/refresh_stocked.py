"""Which channels a product can be bought in, kept with its listing."""

from collections.abc import Collection
from uuid import UUID

from domain.catalog.listing.offers import set_stocked
from domain.inventory.queries import AVAILABLE
from domain.shared.database import rows
from domain.shared.transactions import require_transaction


async def refresh_stocked(product_ids: Collection[UUID]) -> None:
    """Write into the listings in which channels some variant of each product is available. Three statements.

    The listings are locked, in the order of their ids, before the stock is read: of two that refresh one product, the
    second sees what the first's transaction has changed.
    """
    require_transaction("refresh_stocked")
    if not product_ids:
        return
    wanted = sorted(product_ids)
    await rows("SELECT 1 FROM product_listing WHERE product_id = ANY($1) ORDER BY product_id FOR UPDATE", wanted)
    found = await rows(
        f"""SELECT v.product_id, array_agg(DISTINCT c.channel::text ORDER BY c.channel::text) AS channels
            FROM variant v JOIN stock_level s ON s.variant_id = v.id
            JOIN channel_warehouse c ON c.warehouse_id = s.warehouse_id
            WHERE v.product_id = ANY($1) AND {AVAILABLE} > 0 GROUP BY 1""",
        wanted,
    )
    stocked = {r["product_id"]: r["channels"] for r in found}
    await set_stocked({product_id: stocked.get(product_id, []) for product_id in wanted})
