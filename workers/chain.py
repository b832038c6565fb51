"""The audit chain: gives committed audit entries their places. Runs in the relay's process, under a lock of its own.

On a connection of its own too, so that events, which people wait for, never wait for entries, which nobody waits for.
"""

import asyncio

import asyncpg
import structlog

from domain.audit.chaining import HeadMoved, chain
from domain.audit.entries import SECRET, Head
from domain.shared.database import connect, disconnect
from domain.shared.master_key import KeysUnusable
from domain.shared.secrets import secret_for
from domain.shared.settings import settings

BATCH = 1_000
POLL_SECONDS = 1.0
PAUSE_SECONDS = 60.0
"""Between two tries when something is wrong that time alone does not heal."""

_log = structlog.get_logger()


async def keep_chain(connection: asyncpg.Connection) -> None:
    """Chain for as long as `connection`, which holds the lock, lives. Raises what asyncpg raises when it is lost.

    What was altered by hand stops the chain and not the relay: the log says so every minute, `hanse audit verify` where.
    """
    known: Head | None = None
    while True:
        try:
            key = await _secret()
            while True:
                placed, known = await chain(connection, key=key, known=known, limit=BATCH)
                if placed < BATCH:
                    await asyncio.sleep(POLL_SECONDS)
        except (HeadMoved, KeysUnusable, asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
            _log.error("the audit chain stands still: run `hanse audit verify`", error=str(error))
            await asyncio.sleep(PAUSE_SECONDS)


async def _secret() -> bytes:
    await connect(settings())
    try:
        return await secret_for(SECRET)
    finally:
        await disconnect()
