"""The life of a report in the database, one short transaction a step: queued, running with progress, done or failed."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from domain.analytics.report_files import StoredFile
from domain.audit.record import record
from domain.shared.attempts import attempts
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.inbox import first_time
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM

CONSUMER = "run_report"
ATTEMPTS_AT_MOST = 3


@dataclass(frozen=True)
class Period:
    """What the report is about; both days included."""

    since: date
    until: date
    currency: str
    language: str


@dataclass(frozen=True)
class Finished:
    csv: StoredFile
    row_count: int
    chart: StoredFile
    result: dict[str, Any]


@use_case
async def begin(event_id: UUID, report_id: UUID) -> Period | None:
    """Start the report, or start it again after an interruption. None when there is nothing to do any more.

    After `ATTEMPTS_AT_MOST`, those that killed their worker included, the report fails instead of starting again.
    """
    if await attempts(CONSUMER, event_id) > ATTEMPTS_AT_MOST:
        await _fail(event_id, report_id, "REPORT_TOO_MANY_ATTEMPTS")
        return None
    found = await row(
        """UPDATE report SET state = 'running', progress = 0, started_at = $2
           WHERE id = $1 AND state IN ('queued', 'running') RETURNING parameters""",
        report_id,
        now(),
    )
    if found is None:
        return None
    asked = orjson.loads(found["parameters"])
    return Period(
        date.fromisoformat(asked["since"]), date.fromisoformat(asked["until"]), asked["currency"], asked["language"]
    )


@use_case
async def advance_to(report_id: UUID, progress: int) -> None:
    """Show how far the work is, 0 to 100."""
    await run("UPDATE report SET progress = $2 WHERE id = $1 AND state = 'running'", report_id, progress)


@use_case
async def finish(event_id: UUID, report_id: UUID, finished: Finished) -> None:
    """Make the files the report's, unless another worker has finished or failed it meanwhile."""
    if not await first_time(CONSUMER, event_id):
        return
    await run(
        """UPDATE report SET state = 'done', progress = 100, row_count = $2, csv_path = $3, csv_sha256 = $4,
                             chart_path = $5, result = $6, finished_at = $7 WHERE id = $1""",
        report_id,
        finished.row_count,
        finished.csv.path,
        finished.csv.sha256,
        finished.chart.path,
        orjson.dumps(finished.result).decode(),
        now(),
    )
    after = {"csv_sha256": finished.csv.sha256, "row_count": finished.row_count}
    await record(PLATFORM, "runReport", subject=("report", report_id), after=after)


async def _fail(event_id: UUID, report_id: UUID, code: str) -> None:
    if not await first_time(CONSUMER, event_id):
        return
    await run(
        """UPDATE report SET state = 'failed', error = $2, finished_at = $3
           WHERE id = $1 AND state IN ('queued', 'running')""",
        report_id,
        code,
        now(),
    )
    await record(PLATFORM, "failReport", subject=("report", report_id), after={"error": code})
