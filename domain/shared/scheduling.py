"""Jobs that start by the clock, each once for every time that it is due, and the clearing away of what has aged."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.outbox import Event, emit
from domain.shared.transactions import require_transaction, use_case

Clearing = Callable[[datetime], Awaitable[int]]
"""Deletes some of the rows from before a moment, in transactions of its own. Returns how many; 0 when none is left."""

_CHUNK = 5_000
_log = structlog.get_logger()


@use_case
async def announce(job: str, due: datetime, event: Event) -> bool:
    """Emit `event` unless the job was started at or after `due`. Of any number of callers, one emits."""
    if not await start(job, due):
        return False
    await emit(event)
    return True


async def start(job: str, due: datetime) -> bool:
    """Note that the job starts now. False when it was started at or after `due` already; never started counts as due."""
    return await _note(job, due, now())


async def clear_aged(job: str, due: datetime, clearings: Sequence[tuple[Clearing, timedelta]]) -> int:
    """Delete what is older than its period, unless that was done since `due`. Returns the rows.

    What fails is logged, and tried again when the job is due next; the others are done. Only when it is through is it
    noted: one that was broken off goes on when it is called again.
    """
    begun = now()
    if await _was_started(job, due):
        return 0
    cleared = 0
    for clear, kept in clearings:
        try:
            while count := await clear(now() - kept):
                cleared += count
        except Exception as error:  # noqa: BLE001 one that fails must not keep the others from being done
            _log.error("aged rows could not be deleted", clearing=_name(clear), exc_info=error)
    await use_case(_note)(job, due, begun)
    return cleared


@use_case
async def clear_idempotency_keys(before: datetime) -> int:
    """Delete some of those from before `before`. Returns how many."""
    return await run(
        """DELETE FROM idempotency_key WHERE id IN (SELECT id FROM idempotency_key WHERE created_at < $1 LIMIT $2)""",
        before,
        _CHUNK,
    )


@use_case
async def clear_inbox(before: datetime) -> int:
    """Delete some of the entries that were settled before `before`. Returns how many."""
    return await run(
        "DELETE FROM inbox_entry WHERE id IN (SELECT id FROM inbox_entry WHERE done_at < $1 LIMIT $2)", before, _CHUNK
    )


async def _was_started(job: str, due: datetime) -> bool:
    started: bool = await value(
        "SELECT EXISTS (SELECT FROM schedule_entry WHERE name = $1 AND started_at >= $2)", job, due
    )
    return started


async def _note(job: str, due: datetime, at: datetime) -> bool:
    require_transaction("_note")
    noted = await run(
        """INSERT INTO schedule_entry (name, started_at) VALUES ($1, $2)
           ON CONFLICT (name) DO UPDATE SET started_at = $2 WHERE schedule_entry.started_at < $3""",
        job,
        at,
        due,
    )
    return noted == 1


def _name(clear: Clearing) -> str:
    return getattr(clear, "__qualname__", repr(clear))
