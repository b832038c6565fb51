import asyncio
import csv
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest

from domain.analytics.queries import ReportFacts, report
from domain.analytics.report_files import read
from domain.analytics.request_report import EARLIEST, RequestReport, request_report
from domain.analytics.run_report import run_report
from domain.shared.clock import clock_at
from domain.shared.database import connection, run, value
from domain.shared.settings import Settings
from domain.shared.viewer import Viewer
from tests.backstage import until
from tests.factories.people import a_person
from tests.factories.purchases import FIRST_DAY, Bought, day, emitted, store

ROOT = Path(__file__).parents[3]
TODAY = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=200, hours=9)
HISTORY = [Bought(n % 7, n % 9, n, n % 200) for n in range(1200)]

pytestmark = pytest.mark.usefixtures("own_shop")


async def _requested(analyst: Viewer, *, since: date = FIRST_DAY, language: str = "en") -> tuple[UUID, UUID]:
    """A queued report up to the day before today, and the event that asks for it."""
    command = RequestReport("sales_by_day_and_category", since, day(199), "EUR", language, None)
    with clock_at(TODAY):
        report_id = await request_report(analyst, command)
    return await emitted("report.requested", report_id), report_id


async def _run(event_id: UUID, report_id: UUID) -> None:
    with clock_at(TODAY):
        await run_report(event_id, report_id)


async def _seen(analyst: Viewer, report_id: UUID) -> ReportFacts:
    found = await report(analyst, report_id)
    assert found is not None
    return found


async def _rows(found: ReportFacts) -> list[dict[str, str]]:
    assert found.csv_path is not None
    return list(csv.DictReader(StringIO((await read(found.csv_path)).decode())))


async def test_a_report_ends_with_csv_chart_and_forecast() -> None:
    await store(HISTORY, minor=1250)
    analyst = await a_person("analyst")
    event_id, report_id = await _requested(analyst)

    await _run(event_id, report_id)

    done = await _seen(analyst, report_id)
    assert (done.state, done.progress, done.error) == ("done", 100, None)
    rows = await _rows(done)
    assert done.row_count == len(rows) == 200 * 3
    assert rows[0] == {
        "day": "2026-01-01",
        "category_slug": "category-0",
        "category_name": "category-0",
        "currency": "EUR",
        "orders": "2",
        "units": "2",
        "revenue": "25.00",
    }
    assert sum(float(one["revenue"]) for one in rows) == 1200 * 12.5
    assert done.result is not None
    assert done.result["total_minor"] == 1200 * 1250
    assert [one["start"] for one in done.result["forecast"]["weeks"]] == [str(day(200 + 7 * n)) for n in range(8)]
    assert {one["minor"] for one in done.result["forecast"]["weeks"]} == {7 * 6 * 1250}
    assert done.result["forecast"]["error"] == 0
    assert done.chart_path is not None
    assert b"Sales per week and forecast (EUR)" in await read(done.chart_path)


async def test_the_file_is_what_its_hash_says() -> None:
    await store(HISTORY)
    analyst = await a_person("analyst")
    event_id, report_id = await _requested(analyst)

    await _run(event_id, report_id)

    done = await _seen(analyst, report_id)
    assert done.csv_path is not None
    assert sha256(await read(done.csv_path)).hexdigest() == done.csv_sha256


async def test_the_chart_is_in_the_language_asked_for() -> None:
    await store(HISTORY)
    analyst = await a_person("analyst")
    event_id, report_id = await _requested(analyst, language="zh-Hans")

    await _run(event_id, report_id)

    chart = (await _seen(analyst, report_id)).chart_path
    assert chart is not None
    assert "每周销售额与预测" in (await read(chart)).decode()


async def test_a_shop_without_sales_has_an_empty_report() -> None:
    analyst = await a_person("analyst")
    event_id, report_id = await _requested(analyst)

    await _run(event_id, report_id)

    done = await _seen(analyst, report_id)
    assert (done.state, done.row_count) == ("done", 0)
    assert done.result == {"total_minor": 0, "forecast": None}


async def test_progress_is_seen_while_the_report_is_made() -> None:
    await store(HISTORY)
    analyst = await a_person("analyst")
    event_id, report_id = await _requested(analyst)
    seen = set()

    making = asyncio.create_task(_run(event_id, report_id))
    while not making.done():
        found = await _seen(analyst, report_id)
        seen.add((found.state, found.progress))
        await asyncio.sleep(0.005)
    await making

    steps = {progress for state, progress in seen if state == "running"}
    assert len(steps) >= 3
    assert steps <= {0, 20, 40, 50, 70, 90}


async def test_two_workers_at_once_make_one_report_and_leave_its_files_only(own_shop: Settings) -> None:
    await store(HISTORY)
    analyst = await a_person("analyst")
    event_id, report_id = await _requested(analyst)

    await asyncio.gather(_run(event_id, report_id), _run(event_id, report_id))
    await _run(event_id, report_id)

    done = await _seen(analyst, report_id)
    kept = {str(path.relative_to(own_shop.files_dir)) for path in own_shop.files_dir.rglob("*.*")}
    assert kept == {done.csv_path, done.chart_path}
    assert await value("SELECT count(*) FROM audit_entry WHERE action = 'runReport'") == 1


async def test_a_worker_killed_half_way_leaves_work_for_the_next_one() -> None:
    await store(HISTORY)
    analyst = await a_person("analyst")
    event_id, report_id = await _requested(analyst)

    async with connection() as other, other.transaction():
        await other.execute("LOCK TABLE category IN ACCESS EXCLUSIVE MODE")
        victim = _worker(event_id, report_id)
        await until(lambda: _is_running(analyst, report_id), 30)
        victim.kill()
        victim.wait()

    halfway = await _seen(analyst, report_id)
    assert (halfway.state, halfway.csv_path) == ("running", None)
    await _run(event_id, report_id)
    assert (await _seen(analyst, report_id)).state == "done"


async def test_a_report_that_fails_again_and_again_fails_for_good(own_shop: Settings) -> None:
    await store(HISTORY)
    analyst = await a_person("analyst")
    event_id, report_id = await _requested(analyst)
    own_shop.data_dir.mkdir(exist_ok=True)
    own_shop.files_dir.write_text("a file where the folder should be")

    for attempt in range(1, 4):
        await _attempt(event_id, attempt)
        with pytest.raises(Exception, match="File exists"):
            await _run(event_id, report_id)
        assert (await _seen(analyst, report_id)).state == "running"
    await _attempt(event_id, 4)
    await _run(event_id, report_id)

    failed = await _seen(analyst, report_id)
    assert (failed.state, failed.error) == ("failed", "REPORT_TOO_MANY_ATTEMPTS")
    assert failed.finished_at is not None
    assert await value("SELECT done_at IS NOT NULL FROM inbox_entry WHERE event_id = $1", event_id)


async def _attempt(event_id: UUID, number: int) -> None:
    """As the queue counts before it calls."""
    await run(
        """INSERT INTO inbox_entry (id, event_id, consumer, attempts, enqueued_at)
           VALUES (gen_random_uuid(), $1, 'run_report', $2, now())
           ON CONFLICT (event_id, consumer) DO UPDATE SET attempts = $2""",
        event_id,
        number,
    )


async def _is_running(analyst: Viewer, report_id: UUID) -> bool:
    return (await _seen(analyst, report_id)).state == "running"


def _worker(event_id: UUID, report_id: UUID) -> subprocess.Popen[bytes]:
    """Another process that makes the report."""
    code = f"""
import asyncio
from uuid import UUID
from domain.analytics.run_report import run_report
from domain.shared.database import connect
from domain.shared.settings import settings

async def main():
    await connect(settings())
    await run_report(UUID("{event_id}"), UUID("{report_id}"))

asyncio.run(main())
"""
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)


async def test_the_earliest_day_that_may_be_asked_for_makes_a_report() -> None:
    analyst = await a_person("analyst")
    command = RequestReport("sales_by_day_and_category", EARLIEST, EARLIEST, "EUR", "en", None)
    with clock_at(TODAY):
        report_id = await request_report(analyst, command)

    await _run(await emitted("report.requested", report_id), report_id)

    assert (await _seen(analyst, report_id)).state == "done"
