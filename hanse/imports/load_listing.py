"""List prices and the read model of lists, from what the imported orders sold."""

from domain.catalog.listing.refresh import refresh_listings
from domain.inventory.refresh_stocked import refresh_stocked
from domain.shared.database import rows, run, value
from hanse.imports.load_orders import CURRENCY
from hanse.imports.parse import GUEST
from hanse.imports.staging import SOURCE

_TABLES = (
    """CREATE TEMP TABLE staged_sale ON COMMIT DROP AS
    SELECT l.variant_id, l.product_id, sum(l.quantity)::int AS units
    FROM order_line l JOIN staged_order f ON f.new_id = l.order_id AND f.present_id IS NULL GROUP BY 1, 2""",
    "CREATE TEMP TABLE staged_price (variant_id uuid, is_before bool, minor bigint) ON COMMIT DROP",
)

# The most frequent price of the last 90 days in which the product sold. Guests pay shop prices with tax: only where
# nobody else bought. $1: as it was before this import.
_PRICES = """
    INSERT INTO staged_price
    SELECT variant_id, $1, coalesce(mode() WITHIN GROUP (ORDER BY unit_minor DESC) FILTER (WHERE buyer_id <> $2),
                                    mode() WITHIN GROUP (ORDER BY unit_minor DESC))
    FROM (SELECT l.variant_id, l.unit_minor, o.buyer_id, o.placed_at,
                 max(o.placed_at) OVER (PARTITION BY l.variant_id) AS latest
          FROM staged_sale s JOIN order_line l ON l.variant_id = s.variant_id
          JOIN orders o ON o.id = l.order_id AND o.source = 'import' AND o.currency = $3
          WHERE NOT $1 OR NOT EXISTS (SELECT 1 FROM staged_order f WHERE f.new_id = o.id)) sales
    WHERE placed_at > latest - interval '90 days' GROUP BY variant_id"""

_NEW_PRICES = """
    INSERT INTO price (id, variant_id, currency, minor)
    SELECT gen_random_uuid(), variant_id, $1, minor FROM staged_price WHERE NOT is_before ON CONFLICT DO NOTHING"""

_NEWER_PRICES = """
    UPDATE price p SET minor = later.minor
    FROM staged_price later JOIN staged_price earlier ON earlier.variant_id = later.variant_id AND earlier.is_before
    WHERE NOT later.is_before AND p.variant_id = later.variant_id AND p.currency = $1
      AND p.minor = earlier.minor AND p.minor <> later.minor"""

_LISTINGS = """
    UPDATE product_listing p SET sold = p.sold + s.units, prices = p.prices || jsonb_build_object($1::text, c.minor)
    FROM staged_sale s
    CROSS JOIN LATERAL (SELECT min(c.minor) AS minor FROM price c JOIN variant v ON v.id = c.variant_id
                        WHERE v.product_id = s.product_id AND c.currency = $1) c
    WHERE p.product_id = s.product_id"""


async def load_listing() -> None:
    """Price and list the products of new orders. A price that somebody has set since the last import stays."""
    for table in _TABLES:
        await run(table)
    await run("ANALYZE staged_sale")
    guest_id = await value("SELECT id FROM users WHERE external_id = $1", f"{SOURCE}:{GUEST}")
    for is_before in (True, False):
        await run(_PRICES, is_before, guest_id, CURRENCY)
    await run(_NEWER_PRICES, CURRENCY)
    await run(_NEW_PRICES, CURRENCY)
    sold = [one["product_id"] for one in await rows("SELECT DISTINCT product_id FROM staged_sale")]
    await refresh_listings(sold)
    await refresh_stocked(sold)
    await run(_LISTINGS, CURRENCY)
