"""Segments and reports as analysts see them."""

from datetime import date, datetime
from typing import Any

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.ids import encode
from api.schema.money import Money, shown
from domain.analytics.queries import ReportFacts, SegmentFacts
from domain.analytics.request_report import ReportKind
from domain.shared import money
from domain.shared.messages import text

ReportKindEnum = strawberry.enum(ReportKind, name="ReportKind")


@strawberry.type(
    directives=[Access(requires=PARENT)], description="Customers who are alike; the numbers are means per customer."
)
class CustomerSegment:
    id: strawberry.ID
    key: str
    name: str = strawberry.field(description="In the request's language.")
    size: int
    recency_days: float = strawberry.field(description="Days since the last purchase.")
    frequency: float = strawberry.field(description="Orders.")
    money: Money = strawberry.field(description="Of those who pay in the currency that most of the segment pay in.")


@strawberry.type(directives=[Access(requires=PARENT)])
class ForecastWeek:
    start: date
    revenue: Money
    low: Money = strawberry.field(description="Of ten such weeks, eight end between low and high.")
    high: Money


@strawberry.type(
    directives=[Access(requires=PARENT)], description="The next weeks, from all sales up to the report's end."
)
class Forecast:
    method: str = strawberry.field(description="ridge, or weekday_mean with less than 13 months of sales.")
    weeks: list[ForecastWeek]
    held_out_days: int = strawberry.field(description="The last days, forecast from those before, give the errors.")
    error: float | None = strawberry.field(description="Sum of absolute errors over the sum of sales (WAPE).")
    naive_error: float | None = strawberry.field(description="The same for repeating the last week.")


@strawberry.type(directives=[Access(requires=PARENT)])
class Report:
    id: strawberry.ID
    kind: ReportKind
    since: date
    until: date
    currency: str
    language: str
    state: str = strawberry.field(description="queued, running, done or failed.")
    progress: int = strawberry.field(description="0 to 100.")
    failure: str | None = strawberry.field(description="Why it failed, in the request's language.")
    row_count: int | None
    csv_url: str | None = strawberry.field(
        description="A path on this host; fetch it with the same Authorization header as this query."
    )
    csv_sha256: str | None = strawberry.field(name="csvSha256")
    chart_url: str | None = strawberry.field(description="An SVG, as for csvUrl.")
    total: Money | None
    forecast: Forecast | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@strawberry.input
class RequestReportInput:
    kind: ReportKind = ReportKind.SALES_BY_DAY_AND_CATEGORY
    since: date = strawberry.field(description="The first day, UTC.")
    until: date = strawberry.field(description="The last day, included.")
    currency: str = strawberry.field(description="Only orders in this currency are counted.")
    language: str | None = strawberry.field(default=None, description="en or zh-Hans; the request's by default.")
    idempotency_key: str | None = None


RequestReportResult = result("RequestReportResult", Report, given_ids=False)


def show_segment(facts: SegmentFacts, language: str) -> CustomerSegment:
    return CustomerSegment(
        id=strawberry.ID(encode("CustomerSegment", facts.id)),
        key=facts.key,
        name=text(f"SEGMENT_{facts.key.upper()}", language),
        size=facts.size,
        recency_days=facts.recency_days,
        frequency=facts.frequency,
        money=shown(facts.money),
    )


def show_report(facts: ReportFacts, language: str) -> Report:
    currency, found = facts.parameters["currency"], facts.result
    return Report(
        id=strawberry.ID(encode("Report", facts.id)),
        kind=ReportKind(facts.kind),
        since=date.fromisoformat(facts.parameters["since"]),
        until=date.fromisoformat(facts.parameters["until"]),
        currency=currency,
        language=facts.parameters["language"],
        state=facts.state,
        progress=facts.progress,
        failure=text(facts.error, language) if facts.error else None,
        row_count=facts.row_count,
        csv_url=f"/files/reports/{facts.id}/sales.csv" if facts.csv_path else None,
        csv_sha256=facts.csv_sha256,
        chart_url=f"/files/reports/{facts.id}/chart.svg" if facts.chart_path else None,
        total=shown(money.Money(found["total_minor"], currency)) if found else None,
        forecast=_forecast(found["forecast"], currency) if found and found["forecast"] else None,
        created_at=facts.created_at,
        started_at=facts.started_at,
        finished_at=facts.finished_at,
    )


def _forecast(stored: dict[str, Any], currency: str) -> Forecast:
    return Forecast(
        method=stored["method"],
        weeks=[_week(one, currency) for one in stored["weeks"]],
        held_out_days=stored["held_out_days"],
        error=stored["error"],
        naive_error=stored["naive_error"],
    )


def _week(stored: dict[str, Any], currency: str) -> ForecastWeek:
    revenue, low, high = (shown(money.Money(stored[name], currency)) for name in ("minor", "low_minor", "high_minor"))
    return ForecastWeek(start=date.fromisoformat(stored["start"]), revenue=revenue, low=low, high=high)
