"""Customers and orders of the file that the shop does not have yet."""

from domain.shared.database import row, run, value
from hanse.imports.channel import first_channel
from hanse.imports.refusal import ImportRefused
from hanse.imports.staging import SOURCE
from hanse.imports.summary import Counted

CURRENCY = "GBP"

# The country of a customer is that of the newest order; guests, who are one buyer, have none.
_CUSTOMERS = """
    INSERT INTO users (id, country, language, currency, is_guest, version, external_id, created_at)
    SELECT pg_temp.id_at(c.first_at), CASE c.customer WHEN 'guest' THEN NULL ELSE c.country END, 'en', $2, FALSE, 1,
           $1 || ':' || c.customer, c.first_at
    FROM (SELECT DISTINCT ON (customer) customer, country, min(at) OVER (PARTITION BY customer) AS first_at
          FROM staged_order WHERE present_id IS NULL ORDER BY customer, at DESC) c
    WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.external_id = $1 || ':' || c.customer)"""

_ORDERS = """
    INSERT INTO orders (id, buyer_id, state, version, currency, total_minor, country, channel, source, external_id,
                        placed_at, updated_at)
    SELECT f.new_id, u.id, 'delivered', 1, $2, f.total_minor::bigint, f.country, $3, 'import', $1 || ':' || f.invoice,
           f.at, f.at
    FROM staged_order f JOIN users u ON u.external_id = $1 || ':' || f.customer
    WHERE f.present_id IS NULL ORDER BY f.at, f.invoice"""

_VARIANTS = """CREATE TEMP TABLE staged_variant ON COMMIT DROP AS
    SELECT DISTINCT ON (s.code) s.code, p.id AS product_id, p.supplier_id, v.id AS variant_id, v.sku,
           coalesce(t.value, p.slug) AS name
    FROM (SELECT DISTINCT code FROM staged WHERE reason IS NULL AND quantity > 0) s
    JOIN supplier u ON u.code = '{source}'
    JOIN product p ON p.supplier_id = u.id AND p.external_id = '{source}:' || s.code
    JOIN variant v ON v.product_id = p.id
    LEFT JOIN catalog_text t ON t.owner_id = p.id AND t.field = 'name' AND t.language = 'en'
    ORDER BY s.code, v.position, v.id"""

_LINES = """
    INSERT INTO order_line (id, order_id, variant_id, product_id, supplier_id, position, sku, name, quantity, returned,
                            unit_minor, total_minor)
    SELECT pg_temp.id_at(f.at), f.new_id, v.variant_id, v.product_id, v.supplier_id,
           row_number() OVER (PARTITION BY s.invoice ORDER BY s.line), v.sku, coalesce(nullif(s.name, ''), v.name),
           s.quantity, 0, s.unit_minor, s.unit_minor * s.quantity
    FROM staged s
    JOIN staged_order f ON f.invoice = s.invoice AND f.present_id IS NULL
    JOIN staged_variant v ON v.code = s.code
    WHERE s.reason IS NULL AND s.quantity > 0"""


async def load_customers() -> Counted:
    """Nobody can log in as an imported customer: the file tells their number and country, and no address."""
    in_file: int = await value("SELECT count(DISTINCT customer) FROM staged_order")
    added = await run(_CUSTOMERS, SOURCE, CURRENCY)
    return Counted(added, in_file - added)


async def load_orders() -> tuple[Counted, Counted]:
    """Orders and their lines, delivered long ago: no event, no payment, no stock moves. An order there stays as it is."""
    found = await row(
        """SELECT count(*) AS orders, count(*) FILTER (WHERE present_id IS NULL) AS new_orders,
                  coalesce(sum(lines) FILTER (WHERE present_id IS NULL), 0)::bigint AS new_lines
           FROM staged_order"""
    )
    assert found is not None
    usable_rows: int = await value("SELECT count(*) FROM staged WHERE reason IS NULL AND quantity > 0")
    await run(_VARIANTS.format(source=SOURCE))
    await run("ANALYZE staged_variant")
    orders, lines = await run(_ORDERS, SOURCE, CURRENCY, await first_channel()), await run(_LINES)
    if (orders, lines) != (found["new_orders"], found["new_lines"]):
        raise ImportRefused(
            f"{found['new_lines'] - lines:,} lines found no variant: was an imported product taken apart?"
        )
    return Counted(orders, found["orders"] - orders), Counted(lines, usable_rows - lines)
