"""Running a command so that Ctrl-C or SIGTERM ends it in good order: transactions rolled back, engines closed."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Like asyncio.run. The first signal cancels the work and then exits with 128 + its number, the second at once."""
    return asyncio.run(_run(work))


async def _run(work: Coroutine[Any, Any, Result]) -> Result:
    task = asyncio.ensure_future(work)
    received: list[signal.Signals] = []

    def interrupt(number: signal.Signals) -> None:
        if received:
            os._exit(128 + number)  # engines of our own notice our death
        received.append(number)
        task.cancel()

    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, interrupt, name)
    try:
        return await task
    except BaseException:
        if received:  # what else went wrong on the way out is of no interest
            raise SystemExit(128 + received[0]) from None
        raise
