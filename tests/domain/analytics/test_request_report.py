from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from domain.analytics.queries import report, reports
from domain.analytics.request_report import RequestReport, request_report
from domain.shared.clock import clock_at
from domain.shared.database import value
from domain.shared.errors import DomainError, IdempotencyKeyReused, InvalidInput, NotAllowed, NotSignedIn
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS
from tests.factories.people import a_person

TODAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
COMMAND = RequestReport("sales_by_day_and_category", date(2026, 1, 1), date(2026, 5, 31), "EUR", "en", None)


async def test_a_request_is_queued_and_told() -> None:
    analyst = await a_person("analyst")

    with clock_at(TODAY):
        report_id = await request_report(analyst, COMMAND)

    found = await report(analyst, report_id)
    assert found is not None
    assert (found.state, found.progress, found.created_at) == ("queued", 0, TODAY)
    assert found.parameters == {"since": "2026-01-01", "until": "2026-05-31", "currency": "EUR", "language": "en"}
    assert await value("SELECT count(*) FROM event WHERE subject_id = $1 AND kind = 'report.requested'", report_id) == 1
    assert await value("SELECT count(*) FROM audit_entry WHERE subject_id = $1", report_id) == 1


async def test_the_same_key_twice_is_one_report() -> None:
    analyst, command = await a_person("analyst"), replace(COMMAND, key=str(uuid4()))

    with clock_at(TODAY):
        one, other = [await request_report(analyst, command) for _ in range(2)]
        with pytest.raises(IdempotencyKeyReused):
            await request_report(analyst, replace(command, currency="USD"))

    assert one == other
    assert len(await reports(analyst, first=10, after=None)) == 1


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"kind": "secrets"}, "kind", "oneOf"),
        ({"since": date(2026, 6, 1)}, "until", "notBefore"),
        ({"until": date(2026, 6, 2)}, "until", "notAfter"),
        ({"since": date(1, 1, 1)}, "since", "notBefore"),
        ({"since": date(1999, 12, 31)}, "since", "notBefore"),
        ({"since": date(1, 1, 1), "until": date(1, 1, 2)}, "since", "notBefore"),
        ({"since": date(2000, 1, 1)}, "since", "days"),
        ({"currency": "eur"}, "currency", "iso4217"),
        ({"currency": "XXXX"}, "currency", "iso4217"),
        ({"currency": "XXX"}, "currency", "iso4217"),
        ({"currency": "DEM"}, "currency", "iso4217"),
        ({"language": "tlh"}, "language", "oneOf"),
    ],
)
async def test_bad_parameters_are_named_and_leave_nothing(change: dict[str, object], field: str, rule: str) -> None:
    analyst = await a_person("analyst")

    with clock_at(TODAY), pytest.raises(InvalidInput) as refused:
        await request_report(analyst, replace(COMMAND, **change))  # type: ignore[arg-type]  # one field each

    assert (refused.value.field, refused.value.rule) == (field, rule)
    assert await reports(analyst, first=10, after=None) == []


async def test_only_who_may_request_reports_can() -> None:
    for viewer, refusal in ((ANONYMOUS, NotSignedIn), (await a_person("support"), NotAllowed)):
        with clock_at(TODAY), pytest.raises(DomainError) as refused:
            await request_report(viewer, COMMAND)

        assert type(refused.value) is refusal


async def test_a_report_is_seen_by_its_requester_alone() -> None:
    analyst, other = await a_person("analyst"), await a_person("administrator")
    with clock_at(TODAY):
        report_id = await request_report(analyst, COMMAND)

    assert await report(other, report_id) is None
    assert await report(analyst, new_id()) is None
    with pytest.raises(NotAllowed):
        await report(await a_person(), report_id)

    assert await reports(other, first=10, after=None) == []


async def test_pages_of_reports_go_back_in_time() -> None:
    analyst = await a_person("analyst")
    asked = []
    for hour in range(5):
        with clock_at(TODAY.replace(hour=hour)):
            asked.append(await request_report(analyst, replace(COMMAND, until=date(2026, 5, 1))))

    newest = await reports(analyst, first=2, after=None)
    older = await reports(analyst, first=10, after=(newest[-1].created_at, newest[-1].id))

    assert [one.id for one in newest + older] == asked[::-1]
