"""A hundred thousand products, made from a demo shop by copying its rows set by set, and indexed as all products are."""

from collections.abc import Callable

from domain.catalog.listing.refresh import refresh_listings
from domain.shared.database import rows, run, transaction

_CHUNK = 1_000
LINES = (
    ("Aurora", "极光"), ("Harbour", "海港"), ("Meadow", "草甸"), ("Lantern", "灯笼"), ("Granite", "花岗"),
    ("Juniper", "杜松"), ("Swallow", "燕子"), ("Comet", "彗星"), ("Saffron", "藏红"), ("Fjord", "峡湾"),
    ("Orchard", "果园"), ("Velvet", "丝绒"), ("Cobalt", "钴蓝"), ("Monsoon", "季风"), ("Pavilion", "亭台"),
    ("Silk Road", "丝路"), ("Northern", "北方"), ("Sunday", "周日"), ("Atlas", "地图"), ("Willow", "垂柳"),
    ("Pearl", "珍珠"), ("Copperfield", "铜田"), ("Alpine", "高山"), ("Lagoon", "泻湖"), ("Studio", "工坊"),
    ("Nomad", "游牧"), ("Café", "咖啡馆"), ("Heron", "苍鹭"), ("Moonlight", "月光"), ("Pioneer", "先锋"),
)  # fmt: skip
"""Names of lines, which open the copies' names: 30 more words to find them by."""

_COPY = (
    """CREATE TEMPORARY TABLE copied ON COMMIT DROP AS
       SELECT p.id AS old, md5(p.id::text || c)::uuid AS id, c,
              ($3::text[])[1 + n.line] AS en, ($4::text[])[1 + n.line] AS zh, n.factor, n.days, n.sold
       FROM product p CROSS JOIN generate_series($1::int, $2::int) AS c
       CROSS JOIN LATERAL (SELECT hashtext(p.id::text || c) AS h) AS seed
       CROSS JOIN LATERAL (SELECT abs(h % cardinality($3::text[])) AS line, 0.7 + abs(h % 601) / 1000.0 AS factor,
                                  abs(h % 900) AS days, (3000 / (1 + abs(h % 2999))) AS sold) AS n""",
    """INSERT INTO product (id, slug, product_type_id, category_id, supplier_id, attributes, options, tags, approval,
                            version, created_at, updated_at)
       SELECT n.id, p.slug || '-' || n.c, p.product_type_id, p.category_id, p.supplier_id, p.attributes, p.options, p.tags,
              p.approval, 1, p.created_at - n.days * interval '1 day', p.updated_at
       FROM copied n JOIN product p ON p.id = n.old""",
    """INSERT INTO catalog_text (id, owner_kind, owner_id, field, language, value, source_digest, updated_at)
       SELECT gen_random_uuid(), t.owner_kind, n.id, t.field, t.language,
              CASE WHEN t.field <> 'name' THEN t.value WHEN t.language = 'en' THEN n.en || ' ' || lower(t.value)
                   ELSE n.zh || t.value END, t.source_digest, t.updated_at
       FROM copied n JOIN catalog_text t ON t.owner_id = n.old""",
    """INSERT INTO publication (id, product_id, channel, status, live_from)
       SELECT gen_random_uuid(), n.id, u.channel, u.status, u.live_from
       FROM copied n JOIN publication u ON u.product_id = n.old""",
    """INSERT INTO variant (id, product_id, sku, options, position, weight_grams)
       SELECT md5(v.id::text || n.c)::uuid, n.id, v.sku || '-' || n.c, v.options, v.position, v.weight_grams
       FROM copied n JOIN variant v ON v.product_id = n.old""",
    """INSERT INTO price (id, variant_id, currency, minor)
       SELECT gen_random_uuid(), md5(v.id::text || n.c)::uuid, p.currency, round(p.minor * n.factor)
       FROM copied n JOIN variant v ON v.product_id = n.old JOIN price p ON p.variant_id = v.id""",
    """INSERT INTO product_listing (product_id, slug, category_id, category_path, supplier_id, channels, stocked_in, names,
                                    prices, sold, rating, rating_count, created_at)
       SELECT n.id, p.slug || '-' || n.c, p.category_id, p.category_path, p.supplier_id, p.channels, p.stocked_in, p.names,
              (SELECT jsonb_object_agg(key, round(value::bigint * n.factor)) FROM jsonb_each_text(p.prices)), n.sold,
              p.rating, p.rating_count, p.created_at - n.days * interval '1 day'
       FROM copied n JOIN product_listing p ON p.product_id = n.old""",
)


async def multiply(copies: int, tell: Callable[[int], None]) -> None:
    """Make so many copies of every product, and find them. `tell` is called with how many more can be found."""
    async with transaction():
        first, *others = _COPY
        await run(first, 1, copies, [en for en, _ in LINES], [zh for _, zh in LINES])
        for statement in others:
            await run(statement)
    ids = [
        found["product_id"] for found in await rows("SELECT product_id FROM product_listing WHERE indexed_at IS NULL")
    ]
    for start in range(0, len(ids), _CHUNK):
        async with transaction():
            await refresh_listings(ids[start : start + _CHUNK])
        tell(len(ids[start : start + _CHUNK]))
    await run("VACUUM ANALYZE")
