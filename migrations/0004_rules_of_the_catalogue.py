"""What Tortoise's models cannot say of catalogue, stock, reviews and files: checks, partial indexes, foreign keys."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# What built-in roles allow from now on; a role that somebody edited (its version has grown) stays as it is.
_ADD_PERMISSIONS = """UPDATE role SET permissions =
         (SELECT jsonb_agg(DISTINCT p.name ORDER BY p.name) FROM jsonb_array_elements_text(permissions || '{}') AS p(name))
       WHERE name = '{}' AND built_in AND version = 1"""

FORWARD = [
    _ADD_PERMISSIONS.format('["catalogue.write", "prices.write", "stock.write"]', "supplier"),
    _ADD_PERMISSIONS.format('["channels.write", "reviews.moderate"]', "catalogue_manager"),
    _ADD_PERMISSIONS.format('["reviews.moderate"]', "support"),
    """ALTER TABLE channel ADD CONSTRAINT channel_lists CHECK (jsonb_typeof(currencies) = 'array'
         AND jsonb_typeof(languages) = 'array' AND jsonb_typeof(countries) = 'array' AND position >= 0)""",
    "ALTER TABLE publication ADD FOREIGN KEY (channel) REFERENCES channel (name) ON DELETE RESTRICT",
    "ALTER TABLE channel_warehouse ADD FOREIGN KEY (channel) REFERENCES channel (name) ON DELETE RESTRICT",
    """ALTER TABLE publication ADD CONSTRAINT publication_status
       CHECK (status IN ('draft', 'scheduled', 'live', 'archived') AND (status = 'scheduled') = (live_from IS NOT NULL))""",
    # SKUs that differ in case only are one SKU from now on; where a shop has such, the later ones are told apart.
    """UPDATE variant v SET sku = left(v.sku, 70) || '~' || d.n
       FROM (SELECT id, row_number() OVER (PARTITION BY lower(sku) ORDER BY id) AS n FROM variant) d
       WHERE d.id = v.id AND d.n > 1""",
    "CREATE UNIQUE INDEX variant_sku_any_case ON variant (lower(sku))",
    "CREATE INDEX product_changed_last ON product (updated_at DESC, id DESC)",
    "CREATE INDEX product_of_supplier ON product (supplier_id, updated_at DESC, id DESC)",
    "CREATE INDEX product_by_type ON product (product_type_id) WHERE product_type_id IS NOT NULL",
    "CREATE INDEX stock_level_warehouse ON stock_level (warehouse_id)",
    "CREATE INDEX publication_due ON publication (live_from) WHERE status = 'scheduled'",
    "ALTER TABLE product ADD CONSTRAINT product_approval CHECK (approval IN ('approved', 'waiting', 'refused'))",
    "CREATE INDEX product_waiting ON product (updated_at, id) WHERE approval = 'waiting'",
    """ALTER TABLE attribute ADD CONSTRAINT attribute_kind
       CHECK (kind IN ('text', 'number', 'boolean', 'choice', 'date', 'reference'))""",
    """ALTER TABLE catalog_text ADD CONSTRAINT catalog_text_owner_kind CHECK (owner_kind IN
       ('product', 'category', 'product_type', 'attribute', 'choice', 'option', 'option_value', 'media'))""",
    "CREATE INDEX catalog_text_by_language ON catalog_text (language, owner_kind, owner_id, field)",
    "ALTER TABLE media ADD CONSTRAINT media_state CHECK (state IN ('waiting', 'ready', 'failed'))",
    "CREATE UNIQUE INDEX media_by_source ON media (product_id, md5(source_url)) WHERE source_url IS NOT NULL",
    "ALTER TABLE stock_level DROP CONSTRAINT stock_level_never_negative",
    """ALTER TABLE stock_level ADD CONSTRAINT stock_level_never_negative
       CHECK (on_hand >= 0 AND reserved >= 0 AND incoming >= 0 AND safety >= 0 AND backorder_limit >= 0)""",
    "CREATE INDEX reservation_expiry ON reservation (expires_at) WHERE state = 'held' AND expires_at IS NOT NULL",
    "CREATE UNIQUE INDEX reservation_held ON reservation (owner_id, level_id) WHERE state = 'held'",
    "CREATE INDEX stock_movement_by_time ON stock_movement (at, id)",
    "CREATE INDEX stock_movement_of_level ON stock_movement (level_id, at, id)",
    "CREATE INDEX stock_transfer_by_time ON stock_transfer (created_at, id)",
    "CREATE INDEX stock_transfer_line_variant ON stock_transfer_line (variant_id)",
    "ALTER TABLE stock_transfer ADD CONSTRAINT stock_transfer_state CHECK (state IN ('sent', 'received', 'cancelled'))",
    "ALTER TABLE stock_transfer_line ADD CONSTRAINT stock_transfer_line_quantity CHECK (quantity > 0 AND received >= 0)",
    "ALTER TABLE price ADD CONSTRAINT price_compare_at CHECK (compare_at_minor IS NULL OR compare_at_minor >= 0)",
    "ALTER TABLE review ADD CONSTRAINT review_rating CHECK (rating BETWEEN 1 AND 5)",
    "ALTER TABLE review ADD CONSTRAINT review_state CHECK (state IN ('pending', 'published', 'rejected'))",
    """ALTER TABLE bulk_job ADD CONSTRAINT bulk_job_state
       CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled'))""",
]


class Migration(migrations.Migration):
    dependencies = [("hanse", "0003_catalogue")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=ops.RunSQL.noop)]
