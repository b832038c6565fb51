"""Segments, and reports: asking for them and seeing them come along."""

import strawberry

from api.access import field, mutation
from api.context import Info
from api.ids import decode
from api.pages import Connection, connection, cursor, identifier, moment, page_size, read_cursor
from api.schema.analytics import (
    CustomerSegment,
    Report,
    RequestReportInput,
    RequestReportResult,
    show_report,
    show_segment,
)
from domain.analytics.queries import ReportFacts, customer_segments, report, reports
from domain.analytics.request_report import RequestReport, request_report
from domain.shared.errors import not_found

_LIST = "reports"


@strawberry.type
class AnalyticsQuery:
    @field("segments.read", description="The customers in groups of their kind, most money first.")
    async def customer_segments(self, info: Info) -> list[CustomerSegment]:
        return [show_segment(one, info.context.language) for one in await customer_segments(info.context.viewer)]

    @field("reports.request", description="A report that the caller asked for.")
    async def report(self, info: Info, id: strawberry.ID) -> Report | None:
        found = await report(info.context.viewer, decode("Report", id, field="id"))
        return None if found is None else show_report(found, info.context.language)

    @field("reports.request", description="The caller's reports, newest first.")
    async def reports(self, info: Info, first: int = 20, after: str | None = None) -> Connection[Report]:
        size, key = page_size(first), read_cursor(_LIST, after, (moment, identifier))
        found = await reports(info.context.viewer, first=size + 1, after=(key[0], key[1]) if key else None)
        nodes = [show_report(one, info.context.language) for one in found]
        return connection(found, size, has_previous=after is not None, cursor_of=_cursor, nodes=nodes)


@strawberry.type
class AnalyticsMutation:
    @mutation("reports.request", result=RequestReportResult, description="A worker makes it; ask for `report` again.")
    async def request_report(self, info: Info, input: RequestReportInput) -> Report:
        report_id = await request_report(info.context.viewer, _request(info, input))
        found = await report(info.context.viewer, report_id)
        if found is None:
            raise not_found("Report", report_id)
        return show_report(found, info.context.language)


def _request(info: Info, input: RequestReportInput) -> RequestReport:
    return RequestReport(
        kind=input.kind,
        since=input.since,
        until=input.until,
        currency=input.currency,
        language=input.language or info.context.language,
        key=input.idempotency_key,
    )


def _cursor(facts: ReportFacts) -> str:
    return cursor(_LIST, (facts.created_at, facts.id))
