"""What Tortoise's models cannot say: checks, sequences, partial indexes, one published run."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = [
    "CREATE SEQUENCE event_serial OWNED BY event.serial",
    "ALTER TABLE event ALTER COLUMN serial SET DEFAULT nextval('event_serial')",
    "CREATE INDEX event_without_position ON event (serial) WHERE position IS NULL",
    "CREATE INDEX inbox_entry_due ON inbox_entry (enqueued_at) WHERE done_at IS NULL AND dead_at IS NULL",
    "CREATE INDEX inbox_entry_done ON inbox_entry (done_at) WHERE done_at IS NOT NULL",
    "CREATE INDEX inbox_entry_dead ON inbox_entry (dead_at) WHERE dead_at IS NOT NULL",
    "CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL",
    "CREATE INDEX refresh_token_expiry ON refresh_token (expires_at)",
    "ALTER TABLE audit_checkpoint ALTER COLUMN id SET DEFAULT gen_random_uuid()",
    "CREATE SEQUENCE audit_serial OWNED BY audit_entry.serial",
    "ALTER TABLE audit_entry ALTER COLUMN serial SET DEFAULT nextval('audit_serial')",
    "CREATE INDEX audit_entry_without_position ON audit_entry (serial) WHERE position IS NULL",
    """ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_actor
       CHECK (actor_kind IN ('person', 'application', 'platform', 'nobody'))""",
    "CREATE INDEX audit_entry_request ON audit_entry (request_id) WHERE request_id <> ''",
    "CREATE UNIQUE INDEX role_grant_once ON role_grant (user_id, role_id, channel, supplier_id) NULLS NOT DISTINCT",
    "CREATE INDEX users_newest ON users (created_at DESC, id DESC)",
    "CREATE INDEX users_contact ON users (contact_hash) WHERE contact_hash IS NOT NULL",
    "CREATE UNIQUE INDEX address_default_delivery ON address_entry (user_id) WHERE is_default_delivery",
    "CREATE UNIQUE INDEX address_default_billing ON address_entry (user_id) WHERE is_default_billing",
    """CREATE UNIQUE INDEX privacy_request_open ON privacy_request (user_id, kind, requested_by) NULLS NOT DISTINCT
       WHERE state = 'requested'""",
    "ALTER TABLE privacy_request ADD CONSTRAINT privacy_request_kind CHECK (kind IN ('export', 'erasure'))",
    "ALTER TABLE privacy_request ADD CONSTRAINT privacy_request_state CHECK (state IN ('requested', 'done', 'refused'))",
    "CREATE INDEX users_erased ON users (id) WHERE erased_at IS NOT NULL",
    "CREATE INDEX users_guests ON users (id) WHERE is_guest AND erased_at IS NULL",
    "CREATE INDEX registration_created ON registration (created_at)",
    "CREATE INDEX email_change_created ON email_change (created_at)",
    "CREATE INDEX segment_member_customer ON segment_member (customer_id)",
    "CREATE INDEX cart_abandoned ON cart (updated_at) WHERE state = 'open'",
    "CREATE SEQUENCE order_number START 100001 OWNED BY orders.number",
    "ALTER TABLE orders ALTER COLUMN number SET DEFAULT nextval('order_number')",
    "ALTER TABLE stock_level ADD CONSTRAINT stock_level_never_negative CHECK (reserved >= 0 AND on_hand >= reserved)",
    "ALTER TABLE reservation ADD CONSTRAINT reservation_quantity CHECK (quantity > 0)",
    "ALTER TABLE reservation ADD CONSTRAINT reservation_state CHECK (state IN ('held', 'released', 'shipped'))",
    "ALTER TABLE price ADD CONSTRAINT price_never_negative CHECK (minor >= 0)",
    "ALTER TABLE cart_line ADD CONSTRAINT cart_line_quantity CHECK (quantity BETWEEN 1 AND 10000)",
    "ALTER TABLE cart ADD CONSTRAINT cart_state CHECK (state IN ('open', 'ordered'))",
    """ALTER TABLE orders ADD CONSTRAINT orders_state
       CHECK (state IN ('pending', 'paid', 'cancelled', 'shipped', 'refunded', 'delivered', 'returned'))""",
    "ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total_minor >= 0)",
    "ALTER TABLE order_line ADD CONSTRAINT order_line_returned CHECK (returned BETWEEN 0 AND quantity)",
    "CREATE UNIQUE INDEX recommendation_run_published ON recommendation_run (state) WHERE state = 'published'",
    "CREATE UNIQUE INDEX segment_run_published ON segment_run (state) WHERE state = 'published'",
    "ALTER TABLE product_listing ADD FOREIGN KEY (product_id) REFERENCES product (id) ON DELETE CASCADE",
    "CREATE INDEX product_listing_newest ON product_listing (created_at DESC, product_id DESC)",
    "CREATE INDEX product_listing_best_selling ON product_listing (sold DESC, product_id DESC)",
]


class Migration(migrations.Migration):
    dependencies = [("hanse", "0001_initial")]

    operations = [ops.RunSQL(FORWARD, reverse_sql=ops.RunSQL.noop)]
