"""What is told of an exception in logs and in the database: its kind and place, and its text where that holds no values.

Texts of exceptions quote what they were raised over (`invalid literal for int(): 'Anna'`), and PostgreSQL adds whole rows.
So a text is told only of kinds whose texts name things of the program, never what people sent.
"""

import asyncio
from collections.abc import Iterator
from traceback import format_tb

import asyncpg
from redis.exceptions import BusyLoadingError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from domain.shared.errors import DomainError

_OURS = ("api", "domain", "hanse", "workers", "dramatiq")
"""Packages whose own exceptions are worded with care."""

_PLAIN = (OSError, asyncio.CancelledError, BusyLoadingError, RedisConnectionError, RedisTimeoutError)
_PLAIN_ITSELF = frozenset(
    {
        AttributeError,
        ImportError,
        MemoryError,
        ModuleNotFoundError,
        NameError,
        RecursionError,
        RuntimeError,
        TypeError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
    }
)
"""Not their subclasses, which others have made."""

_QUOTING_SQLSTATES = ("22", "P0001")
"""Data exceptions quote the value that was refused; what a function raises may say anything."""

_MOST = 20


def told(error: BaseException) -> str:
    """One line like `repr(error)`, with `…` for a text that may quote what people sent."""
    text = _text(error)
    shown = "" if text == "" else "…" if text is None else repr(text)
    return f"{type(error).__name__}({shown})"


def traceback_of(error: BaseException) -> str:
    """The traceback with those of its causes, as Python prints it, except that each exception is as `told` tells it."""
    return "\n".join(_parts(error))


def _parts(error: BaseException) -> Iterator[str]:
    for each, link in reversed(_chain(error)):
        yield "Traceback (most recent call last):"
        yield "".join(format_tb(each.__traceback__)) + told(each)
        for inner in each.exceptions if isinstance(each, BaseExceptionGroup) else ():
            yield "Within the group:"
            yield from _parts(inner)
        if link:
            yield link


def _chain(error: BaseException) -> list[tuple[BaseException, str]]:
    """The exception and its causes, newest first, each with the line that leads from it to the one before."""
    found: list[tuple[BaseException, str]] = []
    current: BaseException | None = error
    link = ""
    while current is not None and len(found) < _MOST:
        found.append((current, link))
        if current.__cause__ is not None:
            current, link = (
                current.__cause__,
                "\nThe above exception was the direct cause of the following exception:\n",
            )
        elif not current.__suppress_context__:
            current, link = (
                current.__context__,
                "\nDuring handling of the above exception, another exception occurred:\n",
            )
        else:
            current = None
    return found


def _text(error: BaseException) -> str | None:
    """None when it may quote a value."""
    if isinstance(error, asyncpg.PostgresError):
        quotes = str(error.sqlstate or "").startswith(_QUOTING_SQLSTATES)
        return None if quotes else str(error.args[0])  # not str(error), which adds the detail: the row
    if isinstance(error, DomainError):
        return error.code  # some of their fields are what people sent
    if not error.args:
        return ""
    ours = type(error).__module__.partition(".")[0] in _OURS
    plain = isinstance(error, _PLAIN) or type(error) in _PLAIN_ITSELF or ours
    return " ".join(str(error).split()) if plain else None
