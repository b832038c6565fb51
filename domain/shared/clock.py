"""The one place that asks what time it is, so that a test can say."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime


def _system_now() -> datetime:
    return datetime.now(UTC)


_now: ContextVar[Callable[[], datetime]] = ContextVar("now", default=_system_now)


def now() -> datetime:
    """The present moment, in UTC."""
    return _now.get()()


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` inside the block."""
    token = _now.set(lambda: moment)
    try:
        yield
    finally:
        _now.reset(token)
