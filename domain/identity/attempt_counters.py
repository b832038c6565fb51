"""Counters in Redis that all processes share, and that nobody waits for while Redis is away."""

import math
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import structlog
from limits import RateLimitItem
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain.shared.settings import settings

_CONNECTIONS = 20
_PATIENCE_SECONDS = 0.25
_REST_SECONDS = 3.0
_Answer = TypeVar("_Answer")
_log = structlog.get_logger()
_made: dict[str, "AttemptCounters"] = {}


class AttemptCounters:
    """Counts attempts by key, each in a window of time that begins with its first one.

    Redis is given little time. When it does not answer it is left alone for some seconds, in which nothing is counted;
    then one caller tries again. Each answer is None while there is none.
    """

    def __init__(self, redis_url: str) -> None:
        self._pool = BlockingConnectionPool.from_url(
            redis_url,
            max_connections=_CONNECTIONS,
            timeout=4 * _PATIENCE_SECONDS,
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
        self._windows = FixedWindowRateLimiter(self._storage)
        self._away = False
        self._rests_until = self._told_at = -math.inf

    async def count(self, limit: RateLimitItem, key: str) -> bool | None:
        """One more; whether it is within the limit."""
        return await self._asked(partial(self._windows.hit, limit, key))

    async def take_back(self, limit: RateLimitItem, key: str) -> None:
        """One less."""
        await self._asked(partial(self._storage.incr, limit.key_for(key), limit.get_expiry(), -1))

    async def clear(self, limit: RateLimitItem, key: str) -> None:
        await self._asked(partial(self._windows.clear, limit, key))

    async def seconds_left(self, limit: RateLimitItem, key: str) -> int:
        """Until the window ends, at least 1."""
        found = await self._asked(partial(self._windows.get_window_stats, limit, key))
        return limit.get_expiry() if found is None else max(1, math.ceil(found.reset_time - time.time()))

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
            _log.info("redis is back: attempts are counted again")
        return answer

    def _fail(self, error: Exception) -> None:
        """Of many that fail at once, the first is told."""
        if not self._away or time.monotonic() >= self._told_at + _REST_SECONDS:
            self._told_at = time.monotonic()
            _log.warning("redis is away: attempts are let pass uncounted", error=repr(error))
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
