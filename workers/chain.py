"""The audit chain: gives committed audit entries their places. Runs in the relay's process, under a lock of its own.

On a connection of its own too, so that events, which people wait for, never wait for entries, which nobody waits for.
"""

import asyncio

import asyncpg
import structlog

from domain.audit.chaining import chain, find_end
from domain.audit.entries import SECRET, Head
from domain.shared.database import connect, disconnect
from domain.shared.failures import told
from domain.shared.secrets import secret_for
from domain.shared.settings import settings

BATCH = 1_000
POLL_SECONDS = 1.0
PAUSE_SECONDS = 60.0
"""Between two tries when something is wrong that time alone does not heal."""
LAST_SECONDS = 2.0
"""How long the places of what was written last may take when the relay is told to end."""

_log = structlog.get_logger()


class ChainKeeper:
    """Chains for whoever leads, and remembers the end that it gave, over the loss of its connection too."""

    def __init__(self) -> None:
        self._key: bytes | None = None
        self._given: Head | None = None

    async def keep(self, connection: asyncpg.Connection) -> None:
        """Chain for as long as `connection`, which holds the lock, lives. Raises OSError when it is lost.

        Whatever else is wrong stops the chain and not the relay: the log says so every minute, `hanse audit verify` where.
        """
        while True:
            try:
                await self._chain(connection)
            except asyncio.CancelledError:
                await self._chain_the_last(connection)
                raise
            except Exception as error:  # nothing that befalls the log may stop the events
                if connection.is_closed() or isinstance(error, OSError):
                    raise ConnectionError(told(error)) from error
                _stands_still(error)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _chain(self, connection: asyncpg.Connection) -> None:
        self._key = self._key or await _secret()
        known = await find_end(connection, key=self._key, remembered=self._given)
        while True:
            placed, known = await chain(connection, key=self._key, known=known, limit=BATCH)
            self._given = known
            if placed < BATCH:
                await asyncio.sleep(POLL_SECONDS)

    async def _chain_the_last(self, connection: asyncpg.Connection) -> None:
        """So that nothing waits while the shop is closed. What is committed later waits for the next relay."""
        if self._key is None or self._given is None:
            return
        try:
            async with asyncio.timeout(LAST_SECONDS):
                while (given := await chain(connection, key=self._key, known=self._given, limit=BATCH))[0] == BATCH:
                    self._given = given[1]
        except Exception as error:  # noqa: BLE001 - the relay ends in any case
            _stands_still(error)


def _stands_still(error: Exception) -> None:
    _log.error("the audit chain stands still: run `hanse audit verify`", error=told(error))


async def _secret() -> bytes:
    await connect(settings())
    try:
        return await secret_for(SECRET)
    finally:
        await disconnect()
