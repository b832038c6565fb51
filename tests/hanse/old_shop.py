"""A shop as the first release left it: rows in the tables of migration 0002, and how to come to such a database."""

from uuid import UUID

from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from domain.shared.database import run, tortoise_config
from domain.shared.settings import settings

RELEASED = "0002_rules_of_the_database"


def id_of(name: str) -> UUID:
    """The same for the same name: `product 1`, `order 1`."""
    return UUID(bytes=name.encode().ljust(16, b"\0"))


async def migrate_to_released() -> None:
    executor = MigrationExecutor(get_connection("default"), tortoise_config(settings())["apps"])
    await executor.migrate([MigrationTarget(app_label="hanse", name=RELEASED)])


async def fill_old_tables() -> None:
    """A live product and one out of sale in a shelf of a department, an open cart in a second channel, a paid order."""
    for statement in _STATEMENTS:
        await run(statement)


def _sql(name: str) -> str:
    return f"'{id_of(name)}'::uuid"


_NOW = "'2026-06-01T10:00Z'::timestamptz"
_STATEMENTS = (
    f"""INSERT INTO supplier (id, code, name, country, created_at)
        VALUES ({_sql("supplier 1")}, 'kiln', 'Kiln', 'DE', {_NOW})""",
    f"""INSERT INTO category (id, slug, parent_id, position) VALUES
        ({_sql("category 1")}, 'table', NULL, 0), ({_sql("category 2")}, 'pots', {_sql("category 1")}, 3)""",
    f"""INSERT INTO category_translation (id, category_id, language, name) VALUES
        (gen_random_uuid(), {_sql("category 1")}, 'en', 'Table'),
        (gen_random_uuid(), {_sql("category 2")}, 'en', 'Pots'),
        (gen_random_uuid(), {_sql("category 2")}, 'zh-Hans', '壶')""",
    f"""INSERT INTO product (id, slug, category_id, supplier_id, status, external_id, created_at) VALUES
        ({_sql("product 1")}, 'pot', {_sql("category 2")}, {_sql("supplier 1")}, 'live', 'P1', {_NOW}),
        ({_sql("product 2")}, 'old-pot', {_sql("category 2")}, {_sql("supplier 1")}, 'retired', NULL, {_NOW})""",
    f"""INSERT INTO product_translation (id, product_id, language, name, description) VALUES
        (gen_random_uuid(), {_sql("product 1")}, 'en', 'Pot', 'Holds tea.'),
        (gen_random_uuid(), {_sql("product 1")}, 'zh-Hans', '茶壶', ''),
        (gen_random_uuid(), {_sql("product 2")}, 'en', 'Old pot', 'Held tea.')""",
    f"""INSERT INTO variant (id, product_id, sku, options, position) VALUES
        ({_sql("variant 1")}, {_sql("product 1")}, 'POT-S', '{{"size": "S", "colour": "red"}}', 0),
        ({_sql("variant 2")}, {_sql("product 1")}, 'POT-M', '{{"size": "M", "colour": "red"}}', 1),
        ({_sql("variant 3")}, {_sql("product 2")}, 'OLD', '{{}}', 0)""",
    """INSERT INTO price (id, variant_id, currency, minor)
       SELECT gen_random_uuid(), id, 'EUR', 1250 FROM variant""",
    f"""INSERT INTO product_listing (product_id, slug, category_id, supplier_id, names, prices, sold, created_at)
        VALUES ({_sql("product 1")}, 'pot', {_sql("category 2")}, {_sql("supplier 1")},
                '{{"en": "Pot", "zh-Hans": "茶壶"}}', '{{"EUR": 1250}}', 7, {_NOW})""",
    f"""INSERT INTO warehouse (id, code, name, country, position) VALUES
        ({_sql("warehouse 1")}, 'HAM', 'Hamburg', 'DE', 0), ({_sql("warehouse 2")}, 'SHA', 'Shanghai', 'CN', 1)""",
    f"""INSERT INTO stock_level (id, variant_id, warehouse_id, on_hand, reserved) VALUES
        ({_sql("level 1")}, {_sql("variant 1")}, {_sql("warehouse 1")}, 5, 2),
        ({_sql("level 2")}, {_sql("variant 3")}, {_sql("warehouse 2")}, 0, 0)""",
    f"""INSERT INTO stock_movement (id, level_id, kind, on_hand_delta, reserved_delta, reference, at) VALUES
        (gen_random_uuid(), {_sql("level 1")}, 'receipt', 5, 0, NULL, {_NOW}),
        (gen_random_uuid(), {_sql("level 1")}, 'reserve', 0, 2, {_sql("order 1")}, {_NOW})""",
    f"""INSERT INTO reservation (id, owner_id, level_id, quantity, state)
        VALUES (gen_random_uuid(), {_sql("order 1")}, {_sql("level 1")}, 2, 'held')""",
    f"""INSERT INTO users (id, language, currency, is_guest, version, created_at)
        VALUES ({_sql("buyer 1")}, 'en', 'EUR', FALSE, 1, {_NOW})""",
    f"""INSERT INTO cart (id, buyer_id, channel, currency, state, version, created_at, updated_at)
        VALUES ({_sql("cart 1")}, {_sql("buyer 1")}, 'wholesale', 'EUR', 'open', 2, {_NOW}, {_NOW})""",
    f"""INSERT INTO cart_line (id, cart_id, variant_id, quantity)
        VALUES (gen_random_uuid(), {_sql("cart 1")}, {_sql("variant 2")}, 3)""",
    f"""INSERT INTO orders (id, number, buyer_id, state, version, currency, total_minor, country, channel, source,
                            placed_at, updated_at)
        VALUES ({_sql("order 1")}, nextval('order_number'), {_sql("buyer 1")}, 'paid', 2, 'EUR', 2500, 'DE', 'main', 'shop',
                {_NOW}, {_NOW})""",
    f"""INSERT INTO order_line (id, order_id, variant_id, product_id, supplier_id, position, sku, name, quantity, returned,
                                unit_minor, total_minor)
        VALUES (gen_random_uuid(), {_sql("order 1")}, {_sql("variant 1")}, {_sql("product 1")}, {_sql("supplier 1")}, 1,
                'POT-S', 'Pot', 2, 0, 1250, 2500)""",
)
