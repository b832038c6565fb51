"""The queue: Dramatiq over a Redis database of its own.

A worker that dies is noticed after five seconds instead of sixty, and one command in ten looks for the messages of dead
workers instead of one in a thousand.
"""

from collections.abc import Coroutine

import dramatiq
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO, Middleware, MiddlewareError, Retries, TimeLimit
from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from domain.shared.database import connect, disconnect
from domain.shared.settings import Settings
from workers.alive import MarkAlive
from workers.discretion import ForgetTraceback
from workers.tagging import TagLines

HEARTBEAT_TIMEOUT = 5_000
"""Milliseconds without a sign of life after which a worker's messages are given to others."""

SHORTEST_BACKOFF = 3_000
"""Milliseconds before the second attempt; each further one waits about twice as long, an hour at most."""


def make_broker(settings: Settings, *, answer_seconds: float) -> RedisBroker:
    """`answer_seconds` is how long Redis may take over one command. Connects to nothing yet."""
    return RedisBroker(  # type: ignore[no-untyped-call]  # Dramatiq declares no types here
        client=_client(settings, answer_seconds),
        middleware=[
            TagLines(),
            AsyncIO(),
            DatabasePool(settings),
            TimeLimit(),
            Retries(min_backoff=SHORTEST_BACKOFF, max_backoff=3_600_000),
            ForgetTraceback(),
            MarkAlive(settings),
        ],
        heartbeat_timeout=HEARTBEAT_TIMEOUT,
        maintenance_chance=100_000,
    )


class CannotStart(MiddlewareError):
    """The worker lacks something that it cannot work without; Dramatiq passes on no other kind of exception."""


class DatabasePool(Middleware):
    """Opens the pool on the loop that the actors run on, and closes it there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def before_worker_boot(self, _broker: dramatiq.Broker, _worker: dramatiq.Worker) -> None:
        try:
            _on_loop(connect(self._settings))
        except Exception as error:
            _stop_loop()
            raise CannotStart(f"the database cannot be reached: {error}") from error

    def after_worker_shutdown(self, _broker: dramatiq.Broker, _worker: dramatiq.Worker) -> None:
        _on_loop(disconnect())


def _on_loop(work: Coroutine[object, object, None]) -> None:
    loop = get_event_loop_thread()
    assert loop is not None
    loop.run_coroutine(work)


def _stop_loop() -> None:
    """Python waits for the loop's thread, which Dramatiq stops only when a worker that has started ends."""
    loop = get_event_loop_thread()
    assert loop is not None
    loop.stop()  # type: ignore[no-untyped-call]  # Dramatiq declares no types here


def _client(settings: Settings, answer_seconds: float) -> Redis:
    return Redis.from_url(
        settings.queue_url,
        socket_connect_timeout=1,
        socket_timeout=answer_seconds,
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.05), retries=1),
    )
