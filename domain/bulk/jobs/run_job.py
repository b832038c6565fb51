"""Carrying out an import or export that somebody asked for."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from domain.bulk.exporting.run_export import ExportPlan, run_export
from domain.bulk.importing.journal import Progress, Stopped
from domain.bulk.importing.plan import ImportPlan
from domain.bulk.importing.row_errors import error_lines, header
from domain.bulk.importing.run_import import Imported, run_import
from domain.bulk.jobs.file_paths import errors_path, result_path
from domain.bulk.jobs.job import ROWS_REFUSED, Job
from domain.bulk.jobs.job_journal import JobJournal
from domain.bulk.jobs.steps import Ended, begin, end
from domain.bulk.kinds import Direction, JobState
from domain.shared.database import row, rows, run
from domain.shared.errors import Busy, DomainError
from domain.shared.files import CHUNK, fetch_file, store_stream
from domain.shared.viewer import Viewer

_ERRORS_PAGE = 5_000


async def run_bulk_job(event_id: UUID, job_id: UUID) -> None:
    """Carry it out and end it. Harmless to run again, after a kill half-way or beside another worker: an import goes on
    with the batch after the last that was committed, an export begins anew.

    Raises what went wrong, for the queue to try again; a refusal ends the job with a reason.
    """
    begun = await begin(event_id, job_id)
    if begun is None:
        return
    job, viewer = begun
    with TemporaryDirectory(prefix="hanse-bulk-") as folder:
        try:
            ended = await (_import if job.direction is Direction.IMPORT else _export)(job, viewer, Path(folder))
        except Stopped:
            if not await _is_cancelled(job_id):
                return  # another worker goes on with it
            ended = Ended(JobState.CANCELLED, errors_path=await _keep_errors(job_id))
        except Busy:
            raise
        except DomainError as refusal:
            ended = Ended(JobState.FAILED, refusal, errors_path=await _keep_errors(job_id))
    await end(event_id, job_id, ended)


async def _import(job: Job, viewer: Viewer, folder: Path) -> Ended:
    start = Progress(job.next_row, job.rows_done, job.rows_changed, job.rows_failed, job.rows_total)
    done = Imported(start)
    if job.rows_total is None or job.next_row < job.rows_total:
        source = folder / "source"
        await fetch_file(job.file_path or "", source)
        done = await run_import(viewer, source, _plan(job), JobJournal(job), start=start)
    kept = await _keep_errors(job.id)
    if done.refused:
        await _note_refused(job.id, done.progress)
        return Ended(JobState.FAILED, ROWS_REFUSED, errors_path=kept)
    return Ended(JobState.DONE, errors_path=kept)


def _plan(job: Job) -> ImportPlan:
    assert job.on_error is not None
    return ImportPlan(
        subject=job.subject,
        format=job.format,
        layout=job.layout,
        on_error=job.on_error,
        placing=job.placing,
        reference=job.id,
        language=job.language,
        supplier_id=job.supplier_id,
        told_in=job.told_in,
    )


async def _export(job: Job, _viewer: Viewer, folder: Path) -> Ended:
    plan = ExportPlan(
        subject=job.subject,
        format=job.format,
        layout=job.layout,
        placing=job.placing,
        language=job.language,
        suppliers=None if job.supplier_id is None else (job.supplier_id,),
    )
    journal, path = JobJournal(job), folder / "result"
    written = await run_export(plan, path, lambda done, total: journal.show(Progress(done=done, total=total)))
    digest = await asyncio.to_thread(_digest, path)
    kept = result_path(job.id, digest, job.format)
    await store_stream(kept, _chunks(path))
    return Ended(JobState.DONE, file_path=kept, sha256=digest, rows=written)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


async def _keep_errors(job_id: UUID) -> str | None:
    """The path of the file of row errors; None where there were none. The same rows give the same file again."""
    found = await row("SELECT 1 FROM bulk_row_error WHERE job_id = $1 LIMIT 1", job_id)
    if found is None:
        return None
    await store_stream(errors_path(job_id), _error_file(job_id))
    return errors_path(job_id)


async def _error_file(job_id: UUID) -> AsyncIterator[bytes]:
    yield header()
    after = (-1, -1, UUID(int=0))
    while found := await rows(
        """SELECT line, number, id, column_name, rule, message, value FROM bulk_row_error
           WHERE job_id = $1 AND (line, number, id) > ($2, $3, $4) ORDER BY line, number, id LIMIT $5""",
        job_id,
        *after,
        _ERRORS_PAGE,
    ):
        after = (found[-1]["line"], found[-1]["number"], found[-1]["id"])
        yield error_lines((one["line"], list(one.values())[3:]) for one in found)


async def _note_refused(job_id: UUID, progress: Progress) -> None:
    await run(
        "UPDATE bulk_job SET rows_done = $2, rows_failed = $3, rows_changed = 0 WHERE id = $1 AND state = 'running'",
        job_id,
        progress.done,
        progress.failed,
    )


async def _is_cancelled(job_id: UUID) -> bool:
    found = await row("SELECT state FROM bulk_job WHERE id = $1", job_id)
    return found is not None and found["state"] == JobState.CANCELLED
