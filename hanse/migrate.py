"""Bringing the database to the newest migration."""

from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from domain.shared.database import run, tortoise_config, transaction
from domain.shared.locks import AdvisoryLock
from domain.shared.settings import Settings

# Tortoise finds out whether its table exists by a statement that fails, which would end our transaction.
_RECORDS = """CREATE TABLE IF NOT EXISTS tortoise_migrations (
    id SERIAL PRIMARY KEY, app VARCHAR(255) NOT NULL, name VARCHAR(255) NOT NULL, applied_at TIMESTAMPTZ NOT NULL,
    UNIQUE (app, name))"""


async def migrate(settings: Settings) -> None:
    """Apply every migration that is missing, all in one transaction, so that a crash leaves nothing half-done.

    Tortoise records a migration after committing it; here the record is part of the same transaction. A second process
    that migrates at the same time waits for the first, then finds nothing to do. Needs an open pool.
    """
    async with transaction():
        await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.MIGRATE)
        await run(_RECORDS)
        executor = MigrationExecutor(get_connection("default"), tortoise_config(settings)["apps"])
        await executor.migrate([MigrationTarget(app_label="hanse", name="__latest__")])
