"""Imports and exports, later."""

from uuid import UUID

from domain.bulk.jobs import run_job
from workers.consume import consumer


@consumer("run_bulk_job", queue="bulk")
async def run_bulk_job(event_id: UUID, job_id: UUID) -> None:
    await run_job.run_bulk_job(event_id, job_id)
