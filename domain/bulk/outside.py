"""Statements beside an open transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import TypeVar

R = TypeVar("R")


async def outside(work: Callable[[], Awaitable[R]]) -> R:
    """Do `work` as if no transaction were open: on a connection of its own, to be seen by everybody at once."""

    async def done() -> R:
        return await work()

    return await asyncio.create_task(done(), context=Context())
