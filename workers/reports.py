"""Reports, later."""

from uuid import UUID

from domain.analytics import run_report as reports
from workers.consume import consumer


@consumer("run_report", queue="ml")
async def run_report(event_id: UUID, report_id: UUID) -> None:
    await reports.run_report(event_id, report_id)
