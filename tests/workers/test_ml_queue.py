"""The `ml` queue with its real relay and worker: what is asked for in PostgreSQL is learned and made."""

from datetime import date, timedelta
from uuid import UUID

from domain.analytics.events import SegmentationDue
from domain.analytics.queries import customer_segments, report
from domain.analytics.request_report import RequestReport, request_report
from domain.recommendations.events import TrainingDue
from domain.recommendations.queries import recommendations, runs
from domain.shared.clock import now
from domain.shared.database import connection, value
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer
from tests.backstage import Backstage, until
from tests.factories.people import a_person
from tests.factories.purchases import customer_id, store, tasteful

ALL = Viewer(user_id=new_id(), permissions=frozenset({"recommendations.read", "segments.read"}))


async def _requested(analyst: Viewer) -> UUID:
    yesterday = now().date() - timedelta(days=1)
    command = RequestReport("sales_by_day_and_category", date(2026, 1, 1), yesterday, "EUR", "en", None)
    return await request_report(analyst, command)


async def _state(analyst: Viewer, report_id: UUID) -> str:
    found = await report(analyst, report_id)
    assert found is not None
    return found.state


async def test_due_jobs_are_done_by_the_worker(backstage: Backstage) -> None:
    await store(tasteful())
    for event in (TrainingDue, SegmentationDue):
        await use_case(emit)(event(subject_id=new_id(), sequence=1))

    backstage.start("workers.relay")
    backstage.start("workers.run", "--queue", "ml")

    async def is_learned() -> bool:
        trained = await runs(ALL, first=1)
        return bool(trained and trained[0].finished_at) and len(await customer_segments(ALL)) == 4

    await until(is_learned, 60)
    assert (await runs(ALL, first=1))[0].state == "published"
    assert len(await recommendations(customer_id(1))) == 50


async def test_a_worker_killed_in_the_middle_of_a_report_leaves_one_report(backstage: Backstage) -> None:
    analyst = await a_person("analyst")
    report_id = await _requested(analyst)
    backstage.start("workers.relay")

    async def is_running() -> bool:
        return await _state(analyst, report_id) == "running"

    async def is_done() -> bool:
        return await _state(analyst, report_id) == "done"

    async with connection() as other, other.transaction():
        await other.execute("LOCK TABLE category IN ACCESS EXCLUSIVE MODE")
        victim = backstage.start("workers.run", "--queue", "ml")
        await until(is_running, 60)
        victim.kill()
        victim.wait()
    backstage.start("workers.run", "--queue", "ml")

    await until(is_done, 60)
    assert await value("SELECT count(*) FROM audit_entry WHERE action = 'runReport'") == 1
    assert await value("SELECT attempts FROM inbox_entry WHERE consumer = 'run_report'") == 2
