"""How far a queued import is, in its row of the database."""

from collections.abc import Sequence
from uuid import UUID

from domain.bulk.importing.journal import Progress, Stopped
from domain.bulk.importing.row_errors import texts_of
from domain.bulk.jobs.job import Job
from domain.bulk.kinds import JobState, OnError
from domain.bulk.outside import outside
from domain.bulk.problems import Problem
from domain.shared.database import connection, row, run
from domain.shared.ids import new_id

_LOCK = "SELECT state, next_row FROM bulk_job WHERE id = $1 FOR UPDATE"
_MOVED = """UPDATE bulk_job SET next_row = $2, rows_done = $3, rows_changed = $4, rows_failed = $5, rows_total = $6
            WHERE id = $1"""
_SHOWN = """UPDATE bulk_job SET rows_done = $2, rows_total = $3 WHERE id = $1 AND state = 'running' RETURNING id"""


class JobJournal:
    """Of any number of workers that carry out the same job, one stores each batch: it holds the job's row meanwhile.

    An import that is one transaction holds a lock of its own instead, so that the row stays free for progress and for
    who cancels it; its row errors are kept although everything else is undone.
    """

    def __init__(self, job: Job) -> None:
        self._id, self._told_in = job.id, job.told_in
        self._in_one = job.on_error is OnError.REFUSE_ALL

    async def begin(self, progress: Progress) -> None:
        if self._in_one:
            await run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", str(self._id))
            await outside(lambda: run("DELETE FROM bulk_row_error WHERE job_id = $1", self._id))
            await self._require_running(progress, "SELECT state, next_row FROM bulk_job WHERE id = $1")
        else:
            await self._require_running(progress, _LOCK)

    async def commit(self, progress: Progress) -> None:
        if self._in_one:
            await self._require_running(Progress(), _LOCK)
        numbers = (progress.next_row, progress.done, progress.changed, progress.failed, progress.total)
        await run(_MOVED, self._id, *numbers)

    async def show(self, progress: Progress) -> None:
        done, total = progress.done, progress.total
        if await outside(lambda: row(_SHOWN, self._id, done, total)) is None:
            raise Stopped

    async def keep(self, problems: Sequence[Problem]) -> None:
        records = [
            (new_id(), self._id, one.line, number, *texts_of(one, self._told_in))
            for number, one in enumerate(sorted(problems, key=lambda one: one.line))
        ]
        if self._in_one:
            await outside(lambda: _copy(records))
        else:
            await _copy(records)

    async def _require_running(self, progress: Progress, statement: str) -> None:
        found = await row(statement, self._id)
        if found is None or found["state"] != JobState.RUNNING or found["next_row"] != progress.next_row:
            raise Stopped


async def _copy(records: Sequence[tuple[UUID, UUID, int, int, str, str, str, str]]) -> None:
    async with connection() as raw:
        await raw.copy_records_to_table(
            "bulk_row_error",
            records=records,
            columns=("id", "job_id", "line", "number", "column_name", "rule", "message", "value"),
        )
