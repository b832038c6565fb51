"""The `bulk` queue with its real relay and workers."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from uuid import UUID

import pytest

from domain.bulk.jobs.cancel import CancelBulkJob, cancel_bulk_job
from domain.bulk.jobs.job import Job
from domain.bulk.jobs.queries import bulk_job
from domain.bulk.jobs.request import RequestImport, request_import
from domain.bulk.kinds import Format, OnError, Subject
from domain.shared.database import connection, value
from domain.shared.uploads import Upload
from domain.shared.viewer import Viewer
from tests.backstage import Backstage, until
from tests.factories.goods import Goods, some_goods
from tests.factories.roles import a_person_with

CURRENCIES = ("EUR", "USD", "CNY", "GBP", "JPY")
STORED = """SELECT count(*) FROM price
            WHERE variant_id = ANY($1) AND (minor = 700 OR currency = 'JPY' AND minor = 7)"""
ENTRIES = "SELECT count(*) FROM audit_entry WHERE action = 'setPrice' AND subject_id = ANY($1)"
WAITING = (
    """SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"""
)
PARTLY = [OnError.SKIP_ROWS, OnError.IGNORE_FIELDS]


async def _import(person: Viewer, goods: list[Goods], on_error: OnError = OnError.SKIP_ROWS) -> UUID:
    """Five rows for each of the goods, and one row that is wrong where such rows are put up with."""
    lines = [f"{one.sku},{currency},7" for one in goods for currency in CURRENCIES]
    wrong = ["nothing,EUR,7"] if on_error in PARTLY else []
    content = "\n".join(["sku,currency,price", *lines, *wrong]).encode()
    upload = Upload("prices.csv", len(content), sha256(content).hexdigest(), io.BytesIO(content))
    command = RequestImport(subject=Subject.PRICES, format=Format.CSV, on_error=on_error, sha256=upload.sha256)
    return await request_import(person, command, upload)


async def _job(person: Viewer, job_id: UUID) -> Job:
    found = await bulk_job(person, job_id)
    assert found is not None
    return found


async def _priced(goods: list[Goods]) -> tuple[int, int]:
    """How many of the file's prices there are, and how many entries of the audit tell of them."""
    variants = [one.variant_id for one in goods]
    return await value(STORED, variants), await value(ENTRIES, variants)


async def _is(person: Viewer, job_id: UUID, state: str) -> bool:
    return (await _job(person, job_id)).state == state


@asynccontextmanager
async def _stuck(person: Viewer, job_id: UUID, goods: list[Goods], backstage: Backstage) -> AsyncIterator[None]:
    """While the block runs, the worker that it starts has done one batch and waits in the next for somebody else."""

    async def is_in_the_middle() -> bool:
        return (await _job(person, job_id)).rows_done >= 500 and bool(await value(WAITING))

    async with connection() as other, other.transaction():
        await other.execute("SELECT FROM product WHERE id = $1 FOR UPDATE", goods[-1].product_id)
        backstage.start("workers.run", "--queue", "bulk")
        await until(is_in_the_middle, 60)
        yield


@pytest.mark.parametrize("on_error", list(OnError))
async def test_a_worker_killed_in_the_middle_of_an_import_is_followed_by_one_that_ends_it(
    backstage: Backstage, on_error: OnError
) -> None:
    person, goods = await a_person_with("prices.write"), [await some_goods() for _ in range(110)]
    job_id = await _import(person, goods, on_error)
    backstage.start("workers.relay")

    async with _stuck(person, job_id, goods, backstage):
        victim = backstage.running[-1]
        victim.kill()
        victim.wait()
    backstage.start("workers.run", "--queue", "bulk")
    await until(lambda: _is(person, job_id, "done"), 60)

    job, wrong = await _job(person, job_id), int(on_error in PARTLY)
    counted = (job.rows_total, job.rows_done, job.rows_changed, job.rows_failed)
    assert counted == (550 + wrong, 550 + wrong, 550, wrong)
    assert await _priced(goods) == (550, 550)
    assert await value("SELECT attempts FROM inbox_entry WHERE consumer = 'run_bulk_job'") == 2


@pytest.mark.parametrize(("on_error", "kept"), [(OnError.SKIP_ROWS, 1_000), (OnError.REFUSE_ALL, 0)])
async def test_an_import_that_is_cancelled_in_the_middle_keeps_the_batches_that_are_stored_or_nothing(
    backstage: Backstage, on_error: OnError, kept: int
) -> None:
    person, goods = await a_person_with("prices.write"), [await some_goods() for _ in range(210)]
    job_id = await _import(person, goods, on_error)
    backstage.start("workers.relay")

    async with _stuck(person, job_id, goods[:101], backstage):
        cancelling = asyncio.ensure_future(cancel_bulk_job(person, CancelBulkJob(job_id)))
        await asyncio.sleep(0.5)
        waits_for_the_batch = not cancelling.done()
    await cancelling
    await until(lambda: value("SELECT EXISTS (SELECT FROM inbox_entry WHERE done_at IS NOT NULL)"), 60)

    assert waits_for_the_batch is (on_error is OnError.SKIP_ROWS)
    assert await _is(person, job_id, "cancelled")
    assert await _priced(goods) == (kept, kept)


async def test_an_import_ends_though_redis_is_lost_in_the_middle(backstage: Backstage) -> None:
    person, goods = await a_person_with("prices.write"), [await some_goods() for _ in range(110)]
    job_id = await _import(person, goods)
    backstage.start("workers.relay")

    async with _stuck(person, job_id, goods, backstage):
        backstage.valkey.stop()
    await until(lambda: _is(person, job_id, "done"), 60)
    backstage.valkey.start()
    await until(lambda: value("SELECT bool_and(done_at IS NOT NULL) FROM inbox_entry"), 60)

    assert await _priced(goods) == (550, 550)
