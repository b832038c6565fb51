"""Waking the subscriptions of this process when events may have come. What came, they read from PostgreSQL.

One Redis connection for all of them, made again when it is lost; until then they wake every few seconds on their own.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import Context

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.shared.relaying import POSITIONS_CHANNEL
from domain.shared.settings import Settings

FALLBACK_SECONDS = 5.0
_SILENCE_SECONDS = 5.0
_RECONNECT_SECONDS = 1.0
_log = structlog.get_logger()


class Live:
    """Lets any number of tasks wait for the next event, none of them with a connection of its own.

    Ask `seen` first, then read the events, then `wait`: what comes during the reading makes `wait` return at once.
    """

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def seen(self) -> asyncio.Event:
        """A mark for `wait`."""
        return self._next

    async def wait(self, seen: asyncio.Event) -> None:
        """Return when events may have come since the mark, after `FALLBACK_SECONDS` in any case."""
        with suppress(TimeoutError):
            await asyncio.wait_for(seen.wait(), FALLBACK_SECONDS)

    def wake_all(self) -> None:
        seen, self._next = self._next, asyncio.Event()
        seen.set()


@asynccontextmanager
async def live(settings: Settings) -> AsyncIterator[Live]:
    """Listen for as long as the block runs. A Redis that is away when it begins is no error."""
    waiting = Live()
    listener = asyncio.create_task(_listen_for_ever(settings, waiting), context=Context())
    try:
        yield waiting
    finally:
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener


async def _listen_for_ever(settings: Settings, waiting: Live) -> None:
    while True:
        try:
            await _listen(settings, waiting)
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("wake-ups lost, subscriptions are delayed", error=repr(error))
        await asyncio.sleep(_RECONNECT_SECONDS)


async def _listen(settings: Settings, waiting: Live) -> None:
    """Wake all at every message. Raises when the connection is lost, or when nothing answers a ping."""
    async with (
        Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=5) as redis,
        redis.pubsub() as pubsub,
    ):
        await pubsub.subscribe(POSITIONS_CHANNEL)
        waiting.wake_all()  # for what was published while nobody listened
        asked = False
        while True:
            message = await pubsub.get_message(timeout=_SILENCE_SECONDS)
            if message is None and asked:
                raise TimeoutError("no answer to a ping")
            asked = message is None
            if message is None:
                await pubsub.ping()
            elif message["type"] == "message":
                waiting.wake_all()
