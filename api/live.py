"""What has just happened, for the subscriptions of this process.

One task reads new events once for all of them, woken through Redis, and every few seconds in any case. It keeps whose
orders they were, so that a subscription asks the database only when there is something for it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import Context

import asyncpg
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.orders.queries import EventParties, newest_position, parties_between
from domain.shared.errors import Busy
from domain.shared.relaying import POSITIONS_CHANNEL
from domain.shared.settings import Settings

FALLBACK_SECONDS = 5.0
_SILENCE_SECONDS = 5.0
_RETRY_SECONDS = 1.0
_REMEMBERED = 10_000
_log = structlog.get_logger()


class Live:
    """Lets any number of tasks wait for the next events, none of them with a connection of its own.

    Take a mark with `seen` and read `position` first, then the events, then `wait`: what comes in between makes `wait`
    return at once.
    """

    def __init__(self) -> None:
        self.position = 0
        """Every event up to here is known."""
        self._since = 0
        self._recent: deque[EventParties] = deque(maxlen=_REMEMBERED)
        self._next = asyncio.Event()

    def seen(self) -> asyncio.Event:
        """A mark for `wait`."""
        return self._next

    async def wait(self, seen: asyncio.Event) -> None:
        """Return when more events are known than at the mark, after `FALLBACK_SECONDS` in any case."""
        with suppress(TimeoutError):
            await asyncio.wait_for(seen.wait(), FALLBACK_SECONDS)

    def has_news(self, after: int, concerns: Callable[[EventParties], bool]) -> bool:
        """Whether some event behind `after` concerns the asker. True also where memory does not reach back so far."""
        if after < self._since:
            return True
        for one in reversed(self._recent):
            if one.position <= after:
                return False
            if concerns(one):
                return True
        return False

    async def begin(self) -> None:
        """Take what has happened so far as known."""
        self.position = self._since = await newest_position()

    async def read(self) -> None:
        """Learn of the events that came since the last time, and wake all who wait when there are any."""
        newest = await newest_position()
        if newest <= self.position:
            return
        found = await parties_between(self.position, newest)
        forgotten = len(self._recent) + len(found) - _REMEMBERED
        if forgotten > 0:
            self._since = [*self._recent, *found][forgotten - 1].position
        self._recent.extend(found)
        self.position = newest
        seen, self._next = self._next, asyncio.Event()
        seen.set()


@asynccontextmanager
async def live(settings: Settings) -> AsyncIterator[Live]:
    """Listen for as long as the block runs. A Redis that is away when it begins is no error."""
    known, poked = Live(), asyncio.Event()
    await known.begin()
    tasks = [
        asyncio.create_task(_read_for_ever(known, poked), context=Context()),
        asyncio.create_task(_listen_for_ever(settings, poked), context=Context()),
    ]
    try:
        yield known
    finally:
        await _ended(tasks)


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel until all are done: in Python 3.11 a cancellation that comes while redis-py connects may be swallowed."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=0.5)


async def _read_for_ever(known: Live, poked: asyncio.Event) -> None:
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(poked.wait(), FALLBACK_SECONDS)
        poked.clear()
        try:
            await known.read()
        except (
            OSError,
            TimeoutError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
            Busy,
        ) as error:
            _log.warning("events cannot be read, subscriptions are delayed", error=repr(error))
            await asyncio.sleep(_RETRY_SECONDS)


async def _listen_for_ever(settings: Settings, poked: asyncio.Event) -> None:
    while True:
        try:
            await _listen(settings, poked)
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("wake-ups lost, subscriptions are delayed", error=repr(error))
        await asyncio.sleep(_RETRY_SECONDS)


async def _listen(settings: Settings, poked: asyncio.Event) -> None:
    """Poke at every message. Raises when the connection is lost, or when nothing answers a ping."""
    async with Redis.from_url(settings.redis_url, socket_connect_timeout=2) as redis, redis.pubsub() as pubsub:
        await pubsub.subscribe(POSITIONS_CHANNEL)
        poked.set()  # for what was published while nobody listened
        asked = False
        while True:
            message = await pubsub.get_message(timeout=_SILENCE_SECONDS)
            if message is None and asked:
                raise TimeoutError("no answer to a ping")
            asked = message is None
            if message is None:
                await pubsub.ping()
            elif message["type"] == "message":
                poked.set()
