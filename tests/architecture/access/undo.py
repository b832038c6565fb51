"""A database on which nothing stays."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from domain.channels.known import forget_known
from domain.shared import database


class OneConnection:
    """A pool of one connection that is never reset: a transaction opened on it outlasts whoever borrows it.

    Transactions of those become savepoints in it.
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._free = asyncio.Lock()

    async def acquire(self, *, timeout: float = 10) -> Any:  # noqa: ASYNC109 # as asyncpg's pool does
        await asyncio.wait_for(self._free.acquire(), timeout)
        return _Borrowed(self._raw, self)

    async def release(self, _: Any) -> None:
        """When a statement was given up half-way, once its end has come."""
        protocol = self._raw._con._protocol
        if protocol._is_cancelling():
            await protocol._wait_for_cancellation(None)
        self._free.release()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[Any]:
        raw = await self.acquire()
        try:
            yield raw
        finally:
            await self.release(raw)

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        """Whatever is written inside, committed use cases included, is gone afterwards."""
        outer = self._raw.transaction()
        async with self.held():
            await outer.start()
        try:
            yield
        finally:
            async with self.held():
                await outer.rollback()
            forget_known()


class _Borrowed:
    """The connection, for `domain.shared.database`, which gives it back by `raw._holder._pool`."""

    def __init__(self, raw: Any, pool: OneConnection) -> None:
        self._raw = raw
        self._holder = self
        self._pool = pool

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


@asynccontextmanager
async def one_connection() -> AsyncIterator[OneConnection]:
    """While the block runs, everything in this process that asks for the database gets the same connection."""
    pool, root = await database._pool(), database._client()
    async with pool.acquire() as raw:
        root._pool = one = OneConnection(raw)
        try:
            yield one
        finally:
            root._pool = pool
