"""Jobs that start by the clock, each once for every time that it is due, and the clearing away of what has aged."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.outbox import Event, emit
from domain.shared.transactions import require_transaction, use_case

KEPT = timedelta(days=30)
"""How long is kept what only served a while: idempotency keys, settled inbox entries, sessions that are over."""

Clearing = Callable[[datetime], Awaitable[int]]
"""Deletes some of the rows from before a moment, in a transaction of its own. Returns how many; 0 when none is left."""

_CHUNK = 5_000


@use_case
async def announce(job: str, due: datetime, event: Event) -> bool:
    """Emit `event` unless the job was started at or after `due`. Of any number of callers, one emits."""
    if not await start(job, due):
        return False
    await emit(event)
    return True


async def start(job: str, due: datetime) -> bool:
    """Note that the job starts now. False when it was started at or after `due` already; never started counts as due."""
    require_transaction("start")
    started = await run(
        """INSERT INTO schedule_entry (name, started_at) VALUES ($1, $2)
           ON CONFLICT (name) DO UPDATE SET started_at = $2 WHERE schedule_entry.started_at < $3""",
        job,
        now(),
        due,
    )
    return started == 1


async def clear_aged(job: str, due: datetime, clearings: Sequence[Clearing]) -> int:
    """Delete what is older than `KEPT`, unless started since `due`. Returns the rows."""
    if not await use_case(start)(job, due):
        return 0
    cleared, before = 0, now() - KEPT
    for clear in clearings:
        while count := await clear(before):
            cleared += count
    return cleared


@use_case
async def clear_settled(before: datetime) -> int:
    """Delete some thousand idempotency keys and settled inbox entries from before `before`. Returns how many."""
    keys = await run(
        """DELETE FROM idempotency_key WHERE id IN (SELECT id FROM idempotency_key WHERE created_at < $1 LIMIT $2)""",
        before,
        _CHUNK,
    )
    entries = await run(
        "DELETE FROM inbox_entry WHERE id IN (SELECT id FROM inbox_entry WHERE done_at < $1 LIMIT $2)", before, _CHUNK
    )
    return keys + entries
