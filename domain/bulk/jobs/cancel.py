"""Stopping an import or export. What an import has committed stays."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.bulk.errors import JobOver
from domain.bulk.events import BulkEnded
from domain.bulk.kinds import JobState
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.errors import not_found
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class CancelBulkJob:
    job_id: UUID
    key: str | None = None


@use_case
async def cancel_bulk_job(viewer: Viewer, command: CancelBulkJob) -> UUID:
    """A worker that carries it out stops at its next batch; one that stores everything in one piece undoes that.

    Raises NotSignedIn, NotFound (also for somebody else's), JobOver, IdempotencyKeyReused.
    """
    person_id = viewer.signed_in()
    if earlier := await replayed(viewer, "cancelBulkJob", command, command.job_id):
        return earlier
    found = await row(
        "SELECT state FROM bulk_job WHERE id = $1 AND requested_by = $2 FOR UPDATE", command.job_id, person_id
    )
    if found is None:
        raise not_found("BulkJob", command.job_id)
    if found["state"] not in {JobState.WAITING, JobState.RUNNING}:
        raise JobOver(job_state=found["state"])
    await run(
        "UPDATE bulk_job SET state = 'cancelled', version = version + 1, finished_at = $2 WHERE id = $1",
        command.job_id,
        now(),
    )
    await record(viewer, "cancelBulkJob", subject=("bulk_job", command.job_id), before={"state": found["state"]})
    await emit(BulkEnded(subject_id=command.job_id, sequence=2, state=JobState.CANCELLED))
    return command.job_id
