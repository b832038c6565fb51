"""The connection to PostgreSQL: the pool, plain SQL on it, and the transaction that everything else builds on.

Tortoise's own `in_transaction()` leaks a pool slot when BEGIN fails or is cancelled, and waits for a slot without limit
(measured with 1.1.9); `transaction()` here does neither.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import structlog
from asyncpg.transaction import Transaction
from tortoise import Tortoise
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.connection import get_connections

from domain.shared.errors import Busy
from domain.shared.finishing import finished
from domain.shared.settings import Settings

MODELS = [
    f"domain.{context}.models"
    for context in (
        "shared",
        "audit",
        "channels",
        "identity",
        *(
            f"identity.{area}"
            for area in (
                "access",
                "accounts",
                "addresses",
                "applications",
                "factors",
                "keys",
                "privacy",
                "sessions",
            )
        ),
        *(f"catalog.{area}" for area in ("categories", "attributes", "texts", "media", "products", "listing")),
        "inventory",
        "pricing",
        "cart",
        "orders",
        "payments",
        "fulfilment",
        "reviews",
        "recommendations",
        "analytics",
        "bulk",
    )
]
_ALIAS = "default"
_acquire_seconds = 5.0
REFERRED_TO = (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError)
"""What removing a row raises that others refer to; PostgreSQL 18 tells RESTRICT apart, older ones do not."""
_LOST = (asyncpg.InternalClientError, asyncpg.InterfaceError, asyncpg.PostgresError, OSError)
_log = structlog.get_logger()


def tortoise_config(settings: Settings) -> dict[str, Any]:
    """One app for every context: foreign keys may cross contexts, and there is one linear history of migrations."""
    return {
        "connections": {
            _ALIAS: {
                "engine": "tortoise.backends.asyncpg",
                "credentials": {
                    **credentials(settings.database_url),
                    "minsize": 0,  # asyncpg complains on and on while it cannot keep a floor
                    "maxsize": settings.database_pool_size,
                    "reset": _reset,
                    # What a search counts by (domain/catalog/listing) would be written to disk by less memory.
                    "server_settings": {"jit": "off", "timezone": "UTC", "work_mem": "32MB"},
                },
            }
        },
        "apps": {"hanse": {"models": MODELS, "default_connection": _ALIAS, "migrations": "migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


def credentials(url: str) -> dict[str, Any]:
    """The parts of a `postgresql://` address; a socket folder stands in `?host=`, as in libpq."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    found: dict[str, Any] = {
        "host": query.pop("host", None) or parts.hostname or "127.0.0.1",
        "port": int(query.pop("port", 0)) or parts.port or 5432,
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password or ""),
        "database": parts.path.lstrip("/") or "postgres",
    }
    if "sslmode" in query:
        found["ssl"] = query["sslmode"]
    return found


async def connect(settings: Settings) -> None:
    """Open the pool of this process. Refuses at once, with the driver's error, when the server cannot be reached."""
    global _acquire_seconds  # noqa: PLW0603 # one pool a process, set once when it opens
    _acquire_seconds = settings.database_acquire_seconds
    await Tortoise.init(config=tortoise_config(settings), _enable_global_fallback=True)
    await value("SELECT 1")


async def disconnect() -> None:
    await Tortoise.close_connections()


async def rows(sql: str, *values: object) -> list[asyncpg.Record]:
    """Run one statement with `$1` placeholders, inside the open transaction if there is one."""
    async with connection() as raw:
        return list(await raw.fetch(sql, *values))


async def row(sql: str, *values: object) -> asyncpg.Record | None:
    async with connection() as raw:
        found: asyncpg.Record | None = await raw.fetchrow(sql, *values)
        return found


async def value(sql: str, *values: object) -> Any:
    async with connection() as raw:
        return await raw.fetchval(sql, *values)


async def run(sql: str, *values: object) -> int:
    """Run one writing statement and return how many rows it touched."""
    async with connection() as raw:
        status: str = await raw.execute(sql, *values)
    return int(status.rsplit(" ", 1)[-1]) if status[-1].isdigit() else 0


async def run_many(sql: str, values: Sequence[Sequence[object]]) -> None:
    async with connection() as raw:
        await raw.executemany(sql, values)


@asynccontextmanager
async def connection() -> AsyncIterator[Any]:
    """The raw asyncpg connection: that of the open transaction, else one from the pool. Raises Busy when none is free."""
    client = _client()
    if isinstance(client, TransactionWrapper):
        async with client.acquire_connection() as raw:
            yield raw
        return
    raw = await _acquire()
    try:
        yield raw
    finally:
        await _release(raw)


def in_transaction() -> bool:
    return isinstance(_client(), TransactionWrapper)


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Open a READ COMMITTED transaction for this task: commit on leaving, roll back on any exception.

    What went wrong inside is what is raised, and leaving without an exception means committed, even when the connection
    is lost right after it. A cancellation that comes while the transaction ends waits until it has, and is delivered
    at the task's next await. Only when the connection is lost during COMMIT itself, or COMMIT does not end within
    five seconds of a cancellation, that is raised and nobody knows what became of it. The pool slot is given back
    whatever happens. Raises Busy when no slot is free in time, RuntimeError when a transaction is open already.
    """
    if in_transaction():
        raise RuntimeError("a transaction is open already: only the outermost caller may open one")
    root = _client()
    raw = await _acquire()
    begun = raw.transaction()
    try:
        async with _ambient(root, raw):
            await begun.start()
            yield
    except BaseException:
        await finished(_rolled_back(begun, raw))
        raise
    await finished(_committed(begun, raw))


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """A part of the open transaction that an exception undoes alone: its writes and its locks."""
    async with connection() as raw:
        begun = raw.transaction()
    await begun.start()
    try:
        yield
    except BaseException:
        await begun.rollback()
        raise
    await begun.commit()


@asynccontextmanager
async def _ambient(root: AsyncpgDBClient, raw: Any) -> AsyncIterator[None]:
    """Whatever asks for a connection inside gets this one."""
    wrapper = TransactionWrapper(root)
    wrapper._connection = raw
    token = get_connections().set(_ALIAS, wrapper)
    try:
        yield
    finally:
        get_connections().reset(token)


async def _committed(begun: Transaction, raw: Any) -> None:
    try:
        await begun.commit()
    finally:
        await _release(raw)


async def _rolled_back(begun: Transaction, raw: Any) -> None:
    with suppress(*_LOST):
        await begun.rollback()
    await _release(raw)


async def _release(raw: Any) -> None:
    """Give the slot back. A connection that is found lost now is no failure of the work that was done on it."""
    try:
        await raw._holder._pool.release(raw)
    except _LOST as error:
        _log.warning("connection lost at its release", error=repr(error))


def _client() -> AsyncpgDBClient:
    client = get_connections().get(_ALIAS)
    assert isinstance(client, AsyncpgDBClient)
    return client


async def _pool() -> asyncpg.Pool:
    client = _client()
    root = client._parent if isinstance(client, TransactionWrapper) else client
    if root._pool is None:
        await root.create_connection(with_db=True)
    assert root._pool is not None
    return root._pool


async def _acquire() -> Any:
    try:
        return await (await _pool()).acquire(timeout=_acquire_seconds)
    except TimeoutError as error:
        raise Busy(resource="database") from error


async def _reset(raw: asyncpg.Connection) -> None:
    """Nothing: asyncpg has rolled back what was open, and its default reset would cost a round trip on every release."""
