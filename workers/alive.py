"""Telling others that a part works, by a key in Redis that fades unless it is set again."""

import time

import dramatiq
from dramatiq.middleware import Middleware
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from domain.shared.alive import ALIVE_SECONDS, alive_key
from domain.shared.settings import Settings


def mark_alive(redis: Redis, part: str) -> None:
    """Raises RedisError when Redis does not answer."""
    redis.set(alive_key(part), int(time.time()), ex=ALIVE_SECONDS)


def alive_client(settings: Settings) -> Redis:
    return Redis.from_url(
        settings.redis_url, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), retries=1)
    )


class MarkAlive(Middleware):
    """A worker is alive when it finishes messages, so it says so after each, at most once a second."""

    def __init__(self, settings: Settings) -> None:
        self._redis = alive_client(settings)
        self._marked = float("-inf")

    def after_process_message(
        self,
        _broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: object = None,  # noqa: ARG002  # passed by this name
        exception: BaseException | None = None,
    ) -> None:
        if exception is not None or time.monotonic() - self._marked < 1:
            return
        self._marked = time.monotonic()
        try:
            mark_alive(self._redis, f"worker:{message.queue_name}")
        except RedisError:
            self._marked = float("-inf")
