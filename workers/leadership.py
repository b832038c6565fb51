"""One active process of a kind, and any number that stand by."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog

from domain.shared.database import credentials
from domain.shared.locks import AdvisoryLock
from domain.shared.relaying import try_lock
from domain.shared.settings import settings

_STANDBY_SECONDS = 1.0
_LOST = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # asyncpg raises it too where a connection was lost between two messages
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
_log = structlog.get_logger()


async def lead(role: AdvisoryLock, work: Callable[[asyncpg.Connection], Awaitable[None]]) -> None:
    """Run `work` for ever with the connection that holds the advisory lock of `role`; begin again when it is lost.

    A process that dies loses its connection, PostgreSQL drops the lock, and another's next question gets it.
    """
    while True:
        try:
            async with _connected(role) as connection:
                await _wait_for(connection, role)
                _log.info("leading", role=role.name)
                await work(connection)
        except _LOST as error:
            _log.warning("leadership lost", role=role.name, error=repr(error))
        await asyncio.sleep(_STANDBY_SECONDS)


def run_until_told(work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` in a new event loop until it ends or SIGTERM or SIGINT comes; it is cancelled then."""

    async def cancellable() -> None:
        task = asyncio.ensure_future(work())
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, task.cancel)
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(cancellable())


@asynccontextmanager
async def _connected(role: AdvisoryLock) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(
        **credentials(settings().database_url),
        timeout=5,
        command_timeout=30,
        # a host that vanishes without a word must not keep the lock for the hours that TCP waits by default
        server_settings={
            "application_name": f"hanse {role.name.lower()}",
            "tcp_keepalives_idle": "5",
            "tcp_keepalives_interval": "2",
            "tcp_keepalives_count": "3",
        },
    )
    try:
        yield connection
    finally:
        await connection.close(timeout=2)


async def _wait_for(connection: asyncpg.Connection, role: AdvisoryLock) -> None:
    # Asking again and again, because a statement that waits for the lock holds back vacuum in the whole database.
    while not await try_lock(connection, role):  # noqa: ASYNC110  # there is no event in this process to wait for
        await asyncio.sleep(_STANDBY_SECONDS)
