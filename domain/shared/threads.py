"""Computing that would hold up the event loop: in few threads, with a bounded queue before them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

from domain.shared.errors import Busy

R = TypeVar("R")


class Threads:
    """At most `places` pieces of work at once, `threads` of them being done. `resource` is what `Busy` names."""

    def __init__(self, resource: str, *, threads: int, places: int) -> None:
        self._resource = resource
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=resource)
        self._places = BoundedSemaphore(places)

    async def run(self, work: Callable[[], R]) -> R:
        """What `work` returns or raises. Raises Busy when every place is taken."""
        if not self._places.acquire(blocking=False):
            raise Busy(resource=self._resource)
        future = self._pool.submit(work)
        future.add_done_callback(lambda _: self._places.release())  # also when the caller leaves and the work goes on
        return await asyncio.wrap_future(future)
