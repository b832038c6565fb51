"""Our way through the migrations, which is the faster one, and what they take from the settings."""

from collections.abc import Callable
from pathlib import Path

from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from domain.catalog.texts.queries import every_text
from domain.shared.database import rows, run, tortoise_config
from domain.shared.settings import Settings, settings
from hanse.migrate import migrate
from tests.conftest import own_database
from tests.hanse.old_shop import fill_old_tables, id_of, migrate_to_released

_EVERYTHING = """
    SELECT 'column ' || table_name || ' ' || column_name AS name,
           concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default, collation_name) AS said
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function ' || p.oid::regprocedure, pg_get_functiondef(p.oid)
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' AND NOT EXISTS (
      SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
    UNION ALL SELECT 'comment ' || c.relname || ' ' || d.objsubid, d.description
    FROM pg_description d JOIN pg_class c ON c.oid = d.objoid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'record ' || app, name FROM tortoise_migrations"""


async def test_it_makes_what_the_librarys_own_way_makes(shop: Settings, tmp_path: Path) -> None:
    async with own_database(shop, tmp_path, template="template0"):
        executor = MigrationExecutor(get_connection("default"), tortoise_config(settings())["apps"])
        await executor.migrate([MigrationTarget(app_label="hanse", name="__latest__")])
        expected = await _everything()

    made = await _everything()

    assert len(made) > 500
    assert made == expected


async def test_the_shops_own_language_is_the_source_of_what_is_there_already(
    shop: Settings, tmp_path: Path, configure: Callable[..., None]
) -> None:
    async with own_database(shop, tmp_path, template="template0"):
        await migrate_to_released()
        await fill_old_tables()
        configure(default_language="zh-Hans")
        await migrate(settings())

        await run("UPDATE catalog_text SET value = value || '!' WHERE language = 'zh-Hans'")
        found = await every_text([id_of("category 2")])

    assert {one.language: one.is_stale for one in found[id_of("category 2")]} == {"en": True, "zh-Hans": False}


async def _everything() -> list[tuple[str, str]]:
    """By name; but for the library's own table, whose first maker gives it its constraints."""
    found = await rows(_EVERYTHING)
    return sorted((one["name"], one["said"]) for one in found if "tortoise_mi" not in one["name"])
