"""A use case is one transaction."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import asyncpg

from domain.shared.database import in_transaction, transaction

P = ParamSpec("P")
R = TypeVar("R")

_ATTEMPTS = 5
_RETRIED = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.ForeignKeyViolationError)
"""The last one: what was referred to has been removed since it was looked at. Whoever looks again does not find it."""


def use_case(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Run `function` in a transaction of its own: returning commits, any exception rolls back.

    Serialization failures, deadlocks and references to what somebody removed meanwhile run the whole function again, up to
    five times. Calling a use case inside another raises RuntimeError: what two of them share is an operation.
    """

    @wraps(function)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if in_transaction():
            raise RuntimeError(f"{function.__qualname__} is a use case and was called inside a transaction")
        for attempt in range(1, _ATTEMPTS):
            try:
                async with transaction():
                    return await function(*args, **kwargs)
            except _RETRIED:
                await asyncio.sleep(random.uniform(0, 0.02 * 2**attempt))
        async with transaction():
            return await function(*args, **kwargs)

    return run


def require_transaction(operation: str) -> None:
    """Raise RuntimeError when no transaction is open: an operation belongs to its caller's."""
    if not in_transaction():
        raise RuntimeError(f"{operation} needs an open transaction")
