"""The `bulk` queue with its real relay and workers."""

import io
from hashlib import sha256
from uuid import UUID

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


async def _import(person: Viewer, goods: list[Goods]) -> UUID:
    lines = [f"{one.sku},{currency},7" for one in goods for currency in CURRENCIES]
    content = "\n".join(["sku,currency,price", *lines, "nothing,EUR,7"]).encode()
    upload = Upload("prices.csv", len(content), sha256(content).hexdigest(), io.BytesIO(content))
    command = RequestImport(subject=Subject.PRICES, format=Format.CSV, on_error=OnError.SKIP_ROWS, sha256=upload.sha256)
    return await request_import(person, command, upload)


async def _job(person: Viewer, job_id: UUID) -> Job:
    found = await bulk_job(person, job_id)
    assert found is not None
    return found


async def test_a_worker_killed_in_the_middle_of_an_import_is_followed_by_one_that_ends_it(backstage: Backstage) -> None:
    person, goods = await a_person_with("prices.write"), [await some_goods() for _ in range(110)]
    job_id = await _import(person, goods)
    backstage.start("workers.relay")

    async def is_in_the_middle() -> bool:
        return (await _job(person, job_id)).next_row == 500

    async def is_done() -> bool:
        return (await _job(person, job_id)).state == "done"

    async with connection() as other, other.transaction():
        await other.execute("SELECT FROM product WHERE id = $1 FOR UPDATE", goods[-1].product_id)
        victim = backstage.start("workers.run", "--queue", "bulk")
        await until(is_in_the_middle, 60)
        victim.kill()
        victim.wait()
    backstage.start("workers.run", "--queue", "bulk")
    await until(is_done, 60)

    job = await _job(person, job_id)
    assert (job.rows_total, job.rows_done, job.rows_changed, job.rows_failed) == (551, 551, 550, 1)
    assert await value("SELECT count(*) FROM price WHERE minor = 700 OR currency = 'JPY' AND minor = 7") == 550
    assert await value("SELECT count(*) FROM audit_entry WHERE action = 'setPrice'") == 550
    assert await value("SELECT attempts FROM inbox_entry WHERE consumer = 'run_bulk_job'") == 2
