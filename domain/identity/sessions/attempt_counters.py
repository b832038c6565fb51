"""Counters in Redis that all processes share, and while it is away, those that each process keeps for itself."""

import math
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import structlog
from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain.shared.settings import settings

_CONNECTIONS = 20
_PATIENCE_SECONDS = 1.0
"""More than a busy process of ours takes to read an answer that is there: else a flood would switch the counting off."""
_REST_SECONDS = 3.0
_Answer = TypeVar("_Answer")
_log = structlog.get_logger()
_made: dict[str, "AttemptCounters"] = {}


class AttemptCounters:
    """Counts attempts by key, each in a window of time that begins with its first one.

    Redis is given little time. When it does not answer it is left alone for some seconds, in which this process counts
    in its own memory; then one caller tries again.
    """

    def __init__(self, redis_url: str) -> None:
        self._pool = BlockingConnectionPool.from_url(
            redis_url,
            max_connections=_CONNECTIONS,
            timeout=_PATIENCE_SECONDS,
            socket_timeout=_PATIENCE_SECONDS,
            socket_connect_timeout=_PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._storage = RedisStorage(
            redis_url,
            implementation="redispy",
            key_prefix="hanse:throttle",
            connection_pool=self._pool,  # type: ignore[arg-type] # as documented; the annotation forgets it
        )
        self._shared = FixedWindowRateLimiter(self._storage)
        self._memory = MemoryStorage()
        self._own = FixedWindowRateLimiter(self._memory)
        self._away = False
        self._rests_until = self._told_at = -math.inf

    async def count(self, limit: RateLimitItem, key: str) -> bool:
        """One more; whether it is within the limit."""
        within = await self._asked(partial(self._shared.hit, limit, key))
        return await self._own.hit(limit, key) if within is None else within

    async def take_back(self, limit: RateLimitItem, key: str) -> None:
        """One less."""
        one = (limit.key_for(key), limit.get_expiry(), -1)
        if await self._asked(partial(self._storage.incr, *one)) is None:
            await self._memory.incr(*one)

    async def clear(self, limit: RateLimitItem, key: str) -> None:
        await self._own.clear(limit, key)
        await self._asked(partial(self._shared.clear, limit, key))

    async def seconds_left(self, limit: RateLimitItem, key: str) -> int:
        """Until the window ends, at least 1."""
        found = await self._asked(partial(self._shared.get_window_stats, limit, key))
        if found is None or found.remaining > 0:  # the count that was exceeded is our own
            found = await self._own.get_window_stats(limit, key)
        return max(1, math.ceil(found.reset_time - time.time()))

    async def close(self) -> None:
        await self._pool.aclose()

    async def _asked(self, question: Callable[[], Awaitable[_Answer]]) -> _Answer | None:
        if self._away:
            if time.monotonic() < self._rests_until:
                return None
            self._rests_until = time.monotonic() + _REST_SECONDS
        try:
            answer = await question()
        except (RedisError, OSError, TimeoutError) as error:
            self._fail(error)
            return None
        if self._away:
            self._away = False
            _log.info("redis is back: attempts are counted together again")
        return answer

    def _fail(self, error: Exception) -> None:
        """Of many that fail at once, the first is told."""
        if not self._away or time.monotonic() >= self._told_at + _REST_SECONDS:
            self._told_at = time.monotonic()
            _log.warning("redis is away: each process counts attempts for itself", error=repr(error))
        self._away = True
        self._rests_until = time.monotonic() + _REST_SECONDS


def attempt_counters() -> AttemptCounters:
    """Those of this process."""
    url = settings().redis_url
    return _made.get(url) or _made.setdefault(url, AttemptCounters(url))


async def close_attempt_counters() -> None:
    """Let go of the connections, when the process ends."""
    while _made:
        await _made.popitem()[1].close()
