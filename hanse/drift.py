"""Where models, migrations and the database differ. `python -m hanse.drift` compares the first two, without a database."""

import asyncio
import sys

from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from domain.shared.database import tortoise_config
from domain.shared.settings import Settings


def main() -> None:
    """Exit code 1, and the changes, when the models say what no migration does."""
    found = asyncio.run(unwritten(Settings()))
    if found:
        sys.exit("models changed without a migration: " + "; ".join(found))


async def unwritten(settings: Settings) -> list[str]:
    """What `tortoise makemigrations` would write."""
    config = tortoise_config(settings)
    async with TortoiseContext() as context:
        await context.init(config=config)
        assert context.apps is not None
        writers = await MigrationAutodetector(context.apps, config["apps"]).changes()
    return [_shown(operation) for writer in writers for operation in writer.operations]


async def pending(settings: Settings) -> list[str]:
    """The migrations that the database lacks, in their order. Needs an open pool; changes nothing."""
    executor = MigrationExecutor(get_connection("default"), tortoise_config(settings)["apps"])
    plan = await executor.plan([MigrationTarget(app_label="hanse", name="__latest__")])
    return [step.migration.name for step in plan]


def _shown(operation: object) -> str:
    values = ", ".join(f"{name}={value!r}" for name, value in vars(operation).items())
    return f"{type(operation).__name__}({values})"


if __name__ == "__main__":
    main()
