"""Files do not lie about for ever."""

from datetime import datetime

from domain.bulk.jobs.file_paths import folder_of
from domain.shared.database import rows, run
from domain.shared.files import delete_files, files_under
from domain.shared.transactions import use_case

_CHUNK = 100


async def forget_bulk_jobs(before: datetime) -> int:
    """Delete some of the imports and exports that ended before `before`, and first their files. Returns how many."""
    found = await rows("SELECT id FROM bulk_job WHERE finished_at < $1 ORDER BY finished_at LIMIT $2", before, _CHUNK)
    ids = [one["id"] for one in found]
    for job_id in ids:
        await delete_files(await files_under(folder_of(job_id)))
    return await use_case(run)("DELETE FROM bulk_job WHERE id = ANY($1)", ids) if ids else 0
