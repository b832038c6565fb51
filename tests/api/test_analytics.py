"""Segments and reports, over the API."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest

from api.ids import decode
from domain.analytics.events import SegmentationDue
from domain.analytics.publish_segments import Segment, Segmentation, publish_segments
from domain.analytics.run_report import run_report
from domain.orders.states import OrderEvent
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.ids import new_id
from domain.shared.money import Money
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from tests.api.client import Client, signed_in
from tests.factories.goods import some_goods
from tests.factories.orders import an_order
from tests.factories.people import a_person
from tests.factories.purchases import emitted

SEGMENTS = "{ customerSegments { key name size recencyDays frequency money { minor currency } } }"
REQUEST = """mutation($input: RequestReportInput!) { requestReport(input: $input) { __typename
    ... on Report { id state progress csvUrl chartUrl } ... on Error { code message }
    ... on InvalidInputError { field rule } } }"""
REPORT = """query($id: ID!) { report(id: $id) { state progress failure rowCount csvUrl csvSha256 chartUrl currency
    total { amount currency } forecast { method error naiveError weeks { start revenue { amount } low { minor } } } } }"""
REPORTS = """query($first: Int!, $after: String) { reports(first: $first, after: $after) {
    nodes { id } pageInfo { endCursor hasNextPage } } }"""


def _input(**changes: object) -> dict[str, object]:
    today = now().date()
    return {
        "since": str(today - timedelta(days=30)),
        "until": str(today),
        "currency": "EUR",
        "idempotencyKey": str(uuid4()),
    } | changes


async def _requested(client: Client, **changes: object) -> Any:
    return (await client.ask(REQUEST, input=_input(**changes)))["requestReport"]


async def _made(client: Client, **changes: object) -> tuple[str, UUID]:
    """A finished report's global id and id."""
    global_id = (await _requested(client, **changes))["id"]
    report_id = decode("Report", global_id, field="id")
    await run_report(await emitted("report.requested", report_id), report_id)
    return global_id, report_id


async def _fetch(client: Client, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(f"{client.url}{path}", headers=client.headers())


async def test_a_report_goes_from_the_request_to_the_files(api: str) -> None:
    paid = await an_order(await a_person(), await some_goods(prices={"EUR": 1250}), 2, events=(OrderEvent.PAY,))
    await run("UPDATE orders SET placed_at = '2019-03-05T12:00:00Z' WHERE id = $1", paid)
    analyst = await signed_in(api, await a_person("analyst"))

    queued = await _requested(analyst, since="2019-03-01", until="2019-03-31")
    global_id, _ = await _made(analyst, since="2019-03-01", until="2019-03-31")
    done = (await analyst.ask(REPORT, id=global_id))["report"]

    assert (queued["state"], queued["progress"], queued["csvUrl"], queued["chartUrl"]) == ("queued", 0, None, None)
    assert (done["state"], done["progress"], done["failure"], done["rowCount"]) == ("done", 100, None, 1)
    assert done["total"] == {"amount": "25.00", "currency": "EUR"}
    csv, chart = await _fetch(analyst, done["csvUrl"]), await _fetch(analyst, done["chartUrl"])
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert csv.headers["content-disposition"] == 'attachment; filename="sales.csv"'
    assert sha256(csv.content).hexdigest() == done["csvSha256"]
    assert csv.text.splitlines()[1].startswith("2019-03-05,category-")
    assert csv.text.splitlines()[1].endswith(",EUR,1,2,25.00")
    assert (chart.headers["content-type"], chart.text.count("<svg")) == ("image/svg+xml", 1)
    assert "default-src 'none'" in chart.headers["content-security-policy"]


async def test_the_forecast_is_shown_in_money(api: str) -> None:
    viewer = await a_person("analyst")
    global_id, report_id = await _made(await signed_in(api, viewer))
    week = {"start": "2026-06-01", "minor": 12345, "low_minor": 0, "high_minor": 20000}
    forecast = {"method": "ridge", "held_out_days": 56, "error": 0.2, "naive_error": 0.4, "weeks": [week]}
    result = orjson.dumps({"total_minor": 1, "forecast": forecast}).decode()
    await run("UPDATE report SET result = $2 WHERE id = $1", report_id, result)

    shown = (await (await signed_in(api, viewer)).ask(REPORT, id=global_id))["report"]["forecast"]

    assert shown == {
        "method": "ridge",
        "error": 0.2,
        "naiveError": 0.4,
        "weeks": [{"start": "2026-06-01", "revenue": {"amount": "123.45"}, "low": {"minor": 0}}],
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "ABC"}, "currency"),
        ({"until": "2199-01-01"}, "until"),
        ({"since": "1980-01-01"}, "since"),
        ({"language": "tlh"}, "language"),
    ],
)
async def test_bad_parameters_are_a_member_of_the_union(api: str, changes: dict[str, str], field: str) -> None:
    analyst = await signed_in(api, await a_person("analyst"))

    refused = await _requested(analyst, **changes)

    assert (refused["__typename"], refused["code"], refused["field"]) == ("InvalidInputError", "INVALID_INPUT", field)


async def test_a_day_that_is_none_is_a_validation_error(api: str) -> None:
    analyst = await signed_in(api, await a_person("analyst"))

    answer = await analyst.post(REQUEST, input=_input(since="2026-02-30"))

    assert answer.status_code == 400
    assert "errors" in answer.json()


async def test_customers_get_neither_reports_nor_segments(api: str) -> None:
    customer = await signed_in(api, await a_person())

    for query, variables, permission in (
        (REQUEST, {"input": _input()}, "reports.request"),
        (REPORT, {"id": "x"}, "reports.request"),
        (REPORTS, {"first": 1}, "reports.request"),
        (SEGMENTS, {}, "segments.read"),
    ):
        refusal = await customer.refusal(query, **variables)
        assert (refusal["code"], refusal["permission"]) == ("NOT_ALLOWED", permission)


async def test_files_are_for_the_requester_alone(api: str) -> None:
    analyst = await signed_in(api, await a_person("analyst"))
    global_id, report_id = await _made(analyst)
    path = f"/files/reports/{report_id}/sales.csv"

    statuses = {
        "requester": (await _fetch(analyst, path)).status_code,
        "another analyst": (await _fetch(await signed_in(api, await a_person("analyst")), path)).status_code,
        "customer": (await _fetch(await signed_in(api, await a_person()), path)).status_code,
        "nobody": (await _fetch(Client(api), path)).status_code,
        "forged": (await _fetch(Client(api, "a.b.c"), path)).status_code,
        "no such file": (await _fetch(analyst, path.replace("sales.csv", "secrets"))).status_code,
        "no such report": (await _fetch(analyst, f"/files/reports/{new_id()}/sales.csv")).status_code,
        "no id": (await _fetch(analyst, "/files/reports/../../etc/sales.csv")).status_code,
    }

    assert statuses == {
        "requester": 200,
        "another analyst": 404,
        "customer": 403,
        "nobody": 401,
        "forged": 401,
        "no such file": 404,
        "no such report": 404,
        "no id": 404,
    }
    other = await signed_in(api, await a_person("analyst"))
    assert (await other.ask(REPORT, id=global_id))["report"] is None


async def test_a_failed_report_says_why_in_the_readers_language(api: str) -> None:
    viewer = await a_person("analyst")
    global_id, report_id = await _made(await signed_in(api, viewer))
    await run("UPDATE report SET state = 'failed', error = 'REPORT_TOO_MANY_ATTEMPTS' WHERE id = $1", report_id)

    failures = [
        (await (await signed_in(api, viewer, language=language)).ask(REPORT, id=global_id))["report"]["failure"]
        for language in ("en", "zh-Hans")
    ]

    assert failures == [
        "The report could not be made after several attempts; please request it again later.",
        "报表多次生成失败，请稍后重新申请。",
    ]


async def test_reports_are_listed_newest_first_page_by_page(api: str) -> None:
    analyst = await signed_in(api, await a_person("analyst"))
    asked = [(await _requested(analyst))["id"] for _ in range(3)]

    first = (await analyst.ask(REPORTS, first=2))["reports"]
    second = (await analyst.ask(REPORTS, first=2, after=first["pageInfo"]["endCursor"]))["reports"]

    assert [one["id"] for one in first["nodes"] + second["nodes"]] == asked[::-1]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


async def test_segments_are_named_in_the_readers_language(api: str) -> None:
    customers = [(await a_person()).signed_in() for _ in range(3)]
    run_id = await use_case(emit)(SegmentationDue(subject_id=new_id(), sequence=1))
    segments = [
        Segment("champions", 3.5, 12.0, Money(99_900, "EUR"), customers[:2]),
        Segment("at_risk", 90.0, 2.0, Money(1_000, "USD"), customers[2:]),
    ]
    await publish_segments(run_id, Segmentation(segments, 1, {}, {}, now()))
    viewer = await a_person("analyst")

    english = (await (await signed_in(api, viewer)).ask(SEGMENTS))["customerSegments"]
    chinese = (await (await signed_in(api, viewer, language="zh-Hans")).ask(SEGMENTS))["customerSegments"]

    assert english[0] == {
        "key": "champions",
        "name": "Champions",
        "size": 2,
        "recencyDays": 3.5,
        "frequency": 12.0,
        "money": {"minor": 99_900, "currency": "EUR"},
    }
    assert [one["name"] for one in english] == ["Champions", "At risk"]
    assert [one["name"] for one in chinese] == ["核心客户", "流失风险客户"]
