"""What every process of the shop needs around it: its settings as environment, a database that is up to date."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from domain.catalog.listing.reindex import reindex
from domain.channels.known import ensure_channels
from domain.identity.access.roles import ensure_roles
from domain.identity.keys.keys import ensure_keys
from domain.shared.database import connect, disconnect
from domain.shared.secrets import ensure_secret
from domain.shared.settings import Settings, settings
from domain.shared.transactions import use_case
from hanse.engines import reachable
from hanse.migrate import migrate
from hanse.secret_files import with_master_key

_ROOT = Path(__file__).resolve().parent.parent


def environment_of(known: Settings) -> dict[str, str]:
    """The variables by which a child gets the same settings, wherever it is started."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "DATABASE_URL": known.database_url,
        "REDIS_URL": known.redis_url,
        "HANSE_MASTER_KEY": known.master_key.get_secret_value(),
        "HANSE_DATA_DIR": str(known.data_dir.resolve()),
        "HANSE_PORT": str(known.port),
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "PYTHONUNBUFFERED": "1",
    }


def enter(known: Settings) -> None:
    """Make these the settings of this process and of those that it starts."""
    os.environ.update(environment_of(known))
    settings.cache_clear()


async def bring_up_to_date(known: Settings) -> None:
    """Open the pool, migrate, make the roles and keys that the platform cannot run without, and the listing of products
    that never had one. Safe to repeat.
    """
    enter(known)
    await connect(known)
    await migrate(known)
    await use_case(ensure_secret)()
    await use_case(ensure_channels)()
    await use_case(ensure_roles)()
    await ensure_keys()
    await reindex(lambda _: None, everything=False)


@asynccontextmanager
async def prepared(known: Settings) -> AsyncIterator[Settings]:
    """Engines that answer, a database that is up to date and an open pool, for a command that ends by itself."""
    async with reachable(with_master_key(known)) as complete:
        try:
            await bring_up_to_date(complete)
            yield complete
        finally:
            await disconnect()
