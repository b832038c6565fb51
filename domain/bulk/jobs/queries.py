"""The imports and exports that somebody asked for. One statement each."""

from datetime import datetime
from uuid import UUID

from domain.bulk.importing.plan import NEEDED
from domain.bulk.jobs.job import COLUMNS, Job, job_of
from domain.bulk.kinds import Direction, JobState
from domain.shared.database import row, rows
from domain.shared.viewer import Viewer


async def bulk_job(viewer: Viewer, job_id: UUID) -> Job | None:
    """None for anybody else's. Raises NotSignedIn, NotAllowed."""
    found = await row(f"SELECT {COLUMNS} FROM bulk_job WHERE id = $1 AND requested_by = $2", job_id, viewer.signed_in())
    return None if found is None else job_of(found)


async def bulk_jobs(viewer: Viewer, *, first: int, after: tuple[datetime, UUID] | None) -> list[Job]:
    """A page of the viewer's own, newest first, behind the key `after`. Raises NotSignedIn, NotAllowed."""
    requested_at, job_id = after or (None, None)
    found = await rows(
        f"""SELECT {COLUMNS} FROM bulk_job
            WHERE requested_by = $1 AND ($2::timestamptz IS NULL OR (requested_at, id) < ($2, $3::uuid))
            ORDER BY requested_at DESC, id DESC LIMIT $4""",
        viewer.signed_in(),
        requested_at,
        job_id,
        first,
    )
    return [job_of(one) for one in found]


async def file_to_read(viewer: Viewer, job_id: UUID, *, errors: bool) -> tuple[Job, str] | None:
    """The job and where its result, or the file of its row errors, lies; None where there is none for this viewer.

    Who lost the permission since reads nothing any more: raises NotSignedIn, NotAllowed.
    """
    found = await bulk_job(viewer, job_id)
    if found is None:
        return None
    permission = NEEDED[found.subject]
    if found.supplier_id is not None:
        viewer.require_for(permission, suppliers=frozenset({found.supplier_id}))
    else:
        viewer.require(permission)
    is_made = found.direction is Direction.EXPORT and found.state is JobState.DONE
    path = found.errors_path if errors else found.file_path if is_made else None
    return None if path is None else (found, path)
