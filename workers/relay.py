"""The relay: gives committed events their positions, enqueues their consumers, wakes the subscriptions.

Its process also keeps the audit chain (`chain.py`).

PostgreSQL holds everything that it needs to know. An entry is marked as enqueued before its message is sent: a crash in
between leaves an entry without a message, which the sweep finds. A message may come twice, but never not at all.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import asyncpg
import structlog
from redis import RedisError

from domain.shared import relaying
from domain.shared.clock import now
from domain.shared.locks import AdvisoryLock
from domain.shared.logs import configure_logs
from domain.shared.outbox import WAKE_RELAY
from domain.shared.relaying import Delivery
from domain.shared.settings import settings
from workers.chain import ChainKeeper
from workers.leadership import lead, run_until_told
from workers.post import Post, QueueAway
from workers.routes import QUEUES, ROUTES, consumers_on

BATCH = 500
POLL_SECONDS = 1.0
SWEEP_SECONDS = 5.0
SWEPT = 20_000
PATIENCE = timedelta(seconds=30)

_log = structlog.get_logger()


def main() -> None:
    configure_logs(settings().log_level, process="relay")
    run_until_told(_both)


async def _both() -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lead(AdvisoryLock.RELAY, relay))
        tasks.create_task(lead(AdvisoryLock.AUDIT_CHAIN, ChainKeeper().keep))


async def relay(connection: asyncpg.Connection) -> None:
    """Work for as long as `connection` lives. Raises what asyncpg raises when it is lost."""
    wake = asyncio.Event()
    await connection.add_listener(WAKE_RELAY, lambda *_: wake.set())
    connection.add_termination_listener(lambda _: wake.set())
    leader = Leader(connection)
    while True:
        wake.clear()
        if not await leader.round():
            await _wait(wake, POLL_SECONDS)


class Leader:
    """The relay that holds the lock, and what it believes of Redis."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._post = Post(settings())
        self._failures = 0
        self._rests_until = float("-inf")
        self._looked_at = float("-inf")
        self._sweep_due = float("-inf")
        # The relay before may have died between marking and sending.
        self._doubtful = True

    async def round(self) -> bool:
        """Place and send one batch; True when there may be more. While Redis is away, events still get positions."""
        awake = time.monotonic() >= self._rests_until
        async with self._connection.transaction():
            placed, highest = await relaying.give_positions(self._connection, ROUTES, limit=BATCH)
            claimed = await relaying.claim_unsent(self._connection, at=now(), limit=BATCH) if awake else []
        if awake:
            await self._use_redis(claimed, highest)
        return max(placed, len(claimed)) == BATCH

    async def _use_redis(self, claimed: Sequence[Delivery], highest: int) -> None:
        try:
            if claimed or highest:
                await self._send(claimed, highest=highest)
            await self._look_after()
        except (RedisError, QueueAway) as error:
            self._failures += 1
            pause = min(5.0, 0.25 * 2**self._failures)
            self._rests_until = time.monotonic() + pause
            _log.warning("redis is away", error=repr(error.__cause__ or error), next_try_seconds=pause)
        else:
            self._failures = 0

    async def _send(self, deliveries: Sequence[Delivery], *, highest: int = 0) -> None:
        try:
            await asyncio.to_thread(self._post.send, deliveries, highest=highest)
        except QueueAway as away:
            await relaying.claim(self._connection, away.unsent, at=None)
            raise

    async def _look_after(self) -> None:
        if time.monotonic() - self._looked_at < POLL_SECONDS:
            return
        self._looked_at = time.monotonic()
        self._doubtful |= await asyncio.to_thread(self._post.was_emptied)
        if self._doubtful or time.monotonic() >= self._sweep_due:
            started = time.monotonic()
            await self._sweep(timedelta(0) if self._doubtful else PATIENCE)
            self._doubtful = False
            # Looking through a very long queue takes time that new events wait for.
            self._sweep_due = time.monotonic() + max(SWEEP_SECONDS, 20 * (time.monotonic() - started))
        await asyncio.to_thread(self._post.say_alive)

    async def _sweep(self, patience: timedelta) -> None:
        """Send again what has waited longer than `patience` and is not in its queue.

        What is in the queue has its turn to come, however late. Only when it has waited for twice its time limit it is
        sent again: a message that was fetched by a worker whom the answer did not reach stays in the queue for ever.
        """
        for name, queue in QUEUES.items():
            overdue = await relaying.find_overdue(
                self._connection, consumers_on(name), at=now(), patience=patience, limit=SWEPT
            )
            held = await asyncio.to_thread(self._post.held, name) if overdue else set()
            lost = [
                delivery
                for waited, delivery in overdue
                if waited > 2 * queue.time_limit or (delivery.consumer, str(delivery.event_id)) not in held
            ]
            for start in range(0, len(lost), BATCH):
                again = await relaying.claim(self._connection, lost[start : start + BATCH], at=now())
                _log.warning("sending again", queue=name, messages=len(again))
                await self._send(again)


async def _wait(wake: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(wake.wait(), seconds)
    except TimeoutError:
        return


if __name__ == "__main__":
    main()
