"""The life of a job in the database, one short transaction a step: waiting, running, and done, failed or cancelled."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.bulk.events import BulkEnded
from domain.bulk.importing.plan import NEEDED
from domain.bulk.jobs.job import COLUMNS, TOO_MANY_ATTEMPTS, Job, error_of, job_of
from domain.bulk.kinds import JobState
from domain.identity.access.rights import rights_now
from domain.shared.attempts import attempts
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.errors import DomainError, NotAllowed
from domain.shared.inbox import first_time
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM, Viewer

CONSUMER = "run_bulk_job"
ATTEMPTS_AT_MOST = 8


@dataclass(frozen=True)
class Ended:
    """How a job ends; a file that was made, with its hash and rows, belongs to an export."""

    state: JobState
    error: DomainError | str | None = None
    file_path: str | None = None
    sha256: str | None = None
    rows: int | None = None
    errors_path: str | None = None


@use_case
async def begin(event_id: UUID, job_id: UUID) -> tuple[Job, Viewer] | None:
    """Start the job, or go on with it after an interruption; with whoever asked for it, by the rights they hold now.

    None when there is nothing to do any more. After `ATTEMPTS_AT_MOST`, those that killed their worker included, it fails
    instead; and at once when the rights are gone.
    """
    if await attempts(CONSUMER, event_id) > ATTEMPTS_AT_MOST:
        await _end(event_id, job_id, Ended(JobState.FAILED, TOO_MANY_ATTEMPTS))
        return None
    found = await row(
        f"""UPDATE bulk_job SET state = 'running', version = version + 1
            WHERE id = $1 AND state IN ('waiting', 'running') RETURNING {COLUMNS}""",
        job_id,
    )
    if found is None:
        await first_time(CONSUMER, event_id)
        return None
    job = job_of(found)
    viewer = await rights_now(Viewer(user_id=job.requested_by, language=job.told_in))
    permission = NEEDED[job.subject]
    allowed = (
        viewer.may_for(permission, suppliers=frozenset({job.supplier_id}))
        if job.supplier_id
        else viewer.may(permission)
    )
    if not allowed:
        await _end(event_id, job_id, Ended(JobState.FAILED, NotAllowed(permission=permission)))
        return None
    return job, viewer


@use_case
async def end(event_id: UUID, job_id: UUID, ended: Ended) -> None:
    """Once, whoever comes first; a job that was cancelled meanwhile stays so."""
    await _end(event_id, job_id, ended)


async def _end(event_id: UUID, job_id: UUID, ended: Ended) -> None:
    if not await first_time(CONSUMER, event_id):
        return
    if ended.errors_path is not None:
        await run("UPDATE bulk_job SET errors_path = $2 WHERE id = $1", job_id, ended.errors_path)
    await run("DELETE FROM bulk_row_error WHERE job_id = $1", job_id)
    changed = await run(
        """UPDATE bulk_job SET state = $2, error = $3, file_path = coalesce($4, file_path), sha256 = coalesce($5, sha256),
             rows_total = coalesce($6, rows_total), rows_done = coalesce($6, rows_done), version = version + 1,
             finished_at = $7
           WHERE id = $1 AND state IN ('waiting', 'running')""",
        job_id,
        ended.state,
        None if ended.error is None else error_of(ended.error),
        ended.file_path,
        ended.sha256,
        ended.rows,
        now(),
    )
    if changed:
        after = {"state": ended.state, "error": error_of(ended.error) if ended.error else None, "sha256": ended.sha256}
        await record(PLATFORM, "endBulkJob", subject=("bulk_job", job_id), after=after)
        await emit(BulkEnded(subject_id=job_id, sequence=2, state=ended.state))
