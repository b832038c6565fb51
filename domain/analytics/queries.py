"""What analysts see: the published segments, their reports. One statement each; nothing here computes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from domain.shared.database import row, rows
from domain.shared.money import Money
from domain.shared.viewer import Viewer

_REPORT = """SELECT id, kind, parameters, state, progress, row_count, csv_path, csv_sha256, chart_path, result, error,
                    created_at, started_at, finished_at FROM report"""


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """`key` is to be translated; the numbers are means per customer of the segment."""

    id: UUID
    key: str
    size: int
    recency_days: float
    frequency: float
    money: Money


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """`progress` is 0 to 100; `error` a code to be translated; paths and result are None until the report is done."""

    id: UUID
    kind: str
    parameters: dict[str, Any]
    state: str
    progress: int
    row_count: int | None
    csv_path: str | None
    csv_sha256: str | None
    chart_path: str | None
    result: dict[str, Any] | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


async def customer_segments(viewer: Viewer) -> list[SegmentFacts]:
    """The published segments, most money first. Raises NotAllowed without `segments.read`."""
    viewer.require("segments.read")
    found = await rows(
        """SELECT s.id, s.name, s.size, s.recency_days, s.frequency, s.money_minor, s.currency
           FROM customer_segment s JOIN segment_run r ON r.id = s.run_id
           WHERE r.state = 'published' ORDER BY s.id"""
    )
    return [SegmentFacts(r["id"], r["name"], r["size"], r["recency_days"], r["frequency"], _money(r)) for r in found]


async def report(viewer: Viewer, report_id: UUID) -> ReportFacts | None:
    """A report that the viewer asked for; None for anybody else's. Raises NotAllowed without `reports.request`."""
    viewer.require("reports.request")
    found = await row(f"{_REPORT} WHERE id = $1 AND requested_by_id = $2", report_id, viewer.user_id)
    return None if found is None else _report(found)


async def reports(viewer: Viewer, *, first: int, after: tuple[datetime, UUID] | None) -> list[ReportFacts]:
    """A page of the viewer's own reports, newest first, behind the key `after`."""
    viewer.require("reports.request")
    created_at, report_id = after or (None, None)
    found = await rows(
        f"""{_REPORT} WHERE requested_by_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
            ORDER BY created_at DESC, id DESC LIMIT $4""",
        viewer.user_id,
        created_at,
        report_id,
        first,
    )
    return [_report(r) for r in found]


async def files_of(report_id: UUID) -> list[str]:
    """The paths of the report's files."""
    found = await row("SELECT csv_path, chart_path FROM report WHERE id = $1", report_id)
    return [path for path in found.values() if path] if found else []


def _report(r: asyncpg.Record) -> ReportFacts:
    columns = dict(r)
    columns["parameters"] = orjson.loads(r["parameters"])
    columns["result"] = orjson.loads(r["result"]) if r["result"] else None
    return ReportFacts(**columns)


def _money(r: asyncpg.Record) -> Money:
    return Money(r["money_minor"], r["currency"])
