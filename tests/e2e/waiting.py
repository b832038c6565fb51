"""Waiting for what other processes do."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(asked: Callable[[], Awaitable[T]], *, seconds: float = 30) -> T:
    """The first true answer. Fails the test when there is none in time."""
    async with asyncio.timeout(seconds):
        while not (answer := await asked()):  # noqa: ASYNC110 # another process makes it true
            await asyncio.sleep(0.05)
        return answer
