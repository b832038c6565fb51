"""Ending what must not be left half-ended, although the task is cancelled meanwhile."""

import asyncio
from collections.abc import Coroutine
from typing import Any

PATIENCE_SECONDS = 5.0


async def finished(work: Coroutine[object, object, None]) -> None:
    """Await `work` to its end. A cancellation of this task is delivered at its next await after that.

    It is not delivered when whoever asked for it has withdrawn it by then, as a time limit does whose block was left.
    `PATIENCE_SECONDS` after a cancellation `work` is cancelled too, and CancelledError raised.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    working = loop.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not working.done():
        try:
            await asyncio.wait([working])
        except asyncio.CancelledError as error:
            if cancelled is None:
                loop.call_later(PATIENCE_SECONDS, working.cancel)
            cancelled = error
    if cancelled is not None:
        loop.call_soon(_cancel_again, task, *cancelled.args)
    working.result()


def _cancel_again(task: asyncio.Task[Any], *message: object) -> None:
    if task.cancelling():
        task.uncancel()
        task.cancel(*message)
