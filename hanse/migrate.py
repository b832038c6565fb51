"""Bringing the database to the newest migration."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.migration import Migration
from tortoise.migrations.operations import AddField, AlterModelOptions, CreateModel, RunSQL, TortoiseOperation
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from domain.shared.database import run, tortoise_config, transaction
from domain.shared.locks import AdvisoryLock
from domain.shared.settings import Settings

# Tortoise finds out whether its table exists by a statement that fails, which would end our transaction.
_RECORDS = """CREATE TABLE IF NOT EXISTS tortoise_migrations (
    id SERIAL PRIMARY KEY, app VARCHAR(255) NOT NULL, name VARCHAR(255) NOT NULL, applied_at TIMESTAMPTZ NOT NULL,
    UNIQUE (app, name))"""

_LOOKS_AT_NO_MODEL = (AlterModelOptions, RunSQL)
_ADDS = (CreateModel, AddField)
"""They look at the models after them alone, and there at nothing that another of the same kind brings."""


async def migrate(settings: Settings) -> None:
    """Apply every migration that is missing, all in one transaction, so that a crash leaves nothing half-done.

    Tortoise records a migration after committing it; here the record is part of the same transaction. A second process
    that migrates at the same time waits for the first, then finds nothing to do. Needs an open pool.
    """
    async with transaction():
        await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.MIGRATE)
        await run("SELECT set_config('hanse.default_language', $1, TRUE)", settings.default_language)
        await run(_RECORDS)
        await _apply_missing(tortoise_config(settings)["apps"])


async def _apply_missing(apps: dict[str, dict[str, Any]]) -> None:
    executor = MigrationExecutor(get_connection("default"), apps)
    plan = await executor.plan([MigrationTarget(app_label="hanse", name="__latest__")])
    missing = {step.migration.name for step in plan}
    if not missing:
        return
    state = _Models(models={}, apps=StateApps(default_connections={"hanse": "default"}))
    for key in executor._full_plan():
        migration = executor.loader.graph.nodes[key]
        assert isinstance(migration, Migration)
        if key.name in missing:
            await _apply(migration, state, executor._schema_editor())
            await executor.recorder.record_applied(key.app_label, key.name)
        else:
            await migration.apply(state, dry_run=True)


async def _apply(migration: Migration, state: "_Models", editor: BaseSchemaEditor) -> None:
    """As `Migration.apply`, which copies and builds every model twice for every operation: most of its time is that."""
    for group in _groups(migration.operations):
        looks_back = not isinstance(group[0], _ADDS + _LOOKS_AT_NO_MODEL)
        before = state.clone() if looks_back else state
        for operation in group:
            operation.state_forward(migration.app_label, state)
        if not isinstance(group[0], _LOOKS_AT_NO_MODEL):
            state.build()
        for operation in group:
            await operation.database_forward(migration.app_label, before, state, editor)
    state.validate_relations_initialized()


def _groups(operations: Sequence[Any]) -> Iterator[list[TortoiseOperation]]:
    """Neighbours of one kind that cannot tell whether the others have happened, else one at a time."""
    together = (*_ADDS, *_LOOKS_AT_NO_MODEL)
    for _, group in groupby(operations, key=lambda one: type(one) if isinstance(one, together) else one):
        yield list(group)


class _Models(State):
    """What the migrations so far say of the models; the classes are built by `build` alone, not by every change."""

    def reload_model(self, app_label: str, model_name: str) -> None:
        pass

    def reload_models(self, model_tuples: object) -> None:
        pass

    def build(self) -> None:
        self._reload(set(self.models))
