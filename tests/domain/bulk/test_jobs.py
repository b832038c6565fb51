"""The life of queued imports and exports."""

import asyncio
import io
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from domain.bulk.errors import JobOver, TooManyJobs
from domain.bulk.importing import entries
from domain.bulk.jobs import job_journal
from domain.bulk.jobs.cancel import CancelBulkJob, cancel_bulk_job
from domain.bulk.jobs.job import Job
from domain.bulk.jobs.queries import bulk_job, bulk_jobs, file_to_read
from domain.bulk.jobs.request import MOST_AT_ONCE, RequestExport, RequestImport, request_export, request_import
from domain.bulk.jobs.retention import forget_bulk_jobs
from domain.bulk.jobs.run_job import run_bulk_job
from domain.bulk.kinds import Format, OnError, Subject
from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput, NotAllowed, NotFound
from domain.shared.files import files_under, read_file
from domain.shared.uploads import Upload
from domain.shared.viewer import Viewer
from tests.factories.bulk import a_csv
from tests.factories.goods import Goods, some_goods
from tests.factories.people import a_person, a_supplier
from tests.factories.purchases import emitted
from tests.factories.roles import a_person_with


def an_upload(content: bytes) -> Upload:
    return Upload("prices.csv", len(content), sha256(content).hexdigest(), io.BytesIO(content))


def price_file(folder: Path, goods: list[Goods], price: str = "9.99") -> bytes:
    return a_csv(folder, [{"sku": one.sku, "currency": "EUR", "price": price} for one in goods]).read_bytes()


async def an_import(
    viewer: Viewer, content: bytes, *, on_error: OnError = OnError.SKIP_ROWS, supplier_id: UUID | None = None
) -> UUID:
    upload = an_upload(content)
    command = RequestImport(
        subject=Subject.PRICES, format=Format.CSV, on_error=on_error, supplier_id=supplier_id, sha256=upload.sha256
    )
    return await request_import(viewer, command, upload)


async def carried_out(viewer: Viewer, job_id: UUID) -> Job:
    await run_bulk_job(await emitted("bulk.requested", job_id), job_id)
    return await shown(viewer, job_id)


async def shown(viewer: Viewer, job_id: UUID) -> Job:
    found = await bulk_job(viewer, job_id)
    assert found is not None
    return found


async def price_of(goods: Goods) -> int:
    found: int = await value("SELECT minor FROM price WHERE variant_id = $1 AND currency = 'EUR'", goods.variant_id)
    return found


async def test_an_import_ends_done_with_its_counts_and_a_file_of_what_was_wrong(tmp_path: Path) -> None:
    person, goods = await a_person_with("prices.write"), await some_goods()
    content = price_file(tmp_path, [goods]) + b"=no-such-sku,EUR,5\r\n"

    job = await carried_out(person, await an_import(person, content))

    assert (job.state, job.rows_total, job.rows_done, job.rows_changed, job.rows_failed) == ("done", 2, 2, 1, 1)
    assert await price_of(goods) == 999
    found = await file_to_read(person, job.id, errors=True)
    assert found is not None
    lines = (await read_file(found[1])).decode("utf-8-sig").splitlines()
    assert lines[0] == "line,column,rule,message,value"
    assert lines[1].startswith("3,sku,unknown,")
    assert lines[1].endswith(",'=no-such-sku")
    assert await value("SELECT count(*) FROM bulk_row_error WHERE job_id = $1", job.id) == 0
    assert await value("SELECT data->>'state' FROM event WHERE id = $1", await emitted("bulk.ended", job.id)) == "done"


async def test_an_import_that_refuses_all_stores_nothing_and_fails_with_the_file_of_errors(tmp_path: Path) -> None:
    person, goods = await a_person_with("prices.write"), await some_goods()
    content = price_file(tmp_path, [goods]) + b"no-such-sku,EUR,5\r\n"

    job = await carried_out(person, await an_import(person, content, on_error=OnError.REFUSE_ALL))

    assert (job.state, job.error, job.rows_changed) == ("failed", {"code": "BULK_ROWS_REFUSED"}, 0)
    assert job.errors_path is not None
    assert await price_of(goods) == 1250


async def test_a_worker_that_died_between_batches_is_gone_on_from_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "BATCH", 2)
    person, goods = await a_person_with("prices.write"), [await some_goods() for _ in range(5)]
    content = price_file(tmp_path, goods[:3]) + b"no-such-sku,EUR,5\r\n"
    content += b"".join(f"{one.sku},EUR,9.99\r\n".encode() for one in goods[3:])
    job_id = await an_import(person, content)
    with pytest.MonkeyPatch.context() as broken:
        moved = job_journal._MOVED.replace("next_row = $2", "next_row = $2 + 0 / (4 - $2)")
        broken.setattr(job_journal, "_MOVED", moved)
        with pytest.raises(Exception, match="division by zero"):
            await run_bulk_job(await emitted("bulk.requested", job_id), job_id)
    begun, first_price = await shown(person, job_id), await price_of(goods[0])

    job = await carried_out(person, job_id)

    assert (begun.state, begun.next_row, first_price) == ("running", 2, 999)
    assert (job.state, job.rows_done, job.rows_changed, job.rows_failed) == ("done", 6, 5, 1)
    assert [await price_of(one) for one in goods] == [999] * 5


async def test_two_workers_with_one_job_store_every_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "BATCH", 1)
    person, goods = await a_person_with("prices.write"), [await some_goods() for _ in range(6)]
    job_id = await an_import(person, price_file(tmp_path, goods))
    event_id = await emitted("bulk.requested", job_id)

    await asyncio.gather(*(run_bulk_job(event_id, job_id) for _ in range(3)))
    await run_bulk_job(event_id, job_id)

    job = await shown(person, job_id)
    assert (job.state, job.rows_done, job.rows_changed) == ("done", 6, 6)
    entries_made = await value(
        "SELECT count(*) FROM audit_entry WHERE subject_id = ANY($1)",
        [one.variant_id for one in goods],
    )
    assert entries_made == 6


async def test_two_jobs_at_once_do_not_hinder_each_other(tmp_path: Path) -> None:
    person, goods = await a_person_with("prices.write"), [await some_goods() for _ in range(4)]
    jobs = [await an_import(person, price_file(tmp_path, list(some), "8")) for some in (goods, goods[::-1])]

    done = await asyncio.gather(*(carried_out(person, job_id) for job_id in jobs))

    assert [one.state for one in done] == ["done", "done"]
    assert sum(one.rows_changed for one in done) == 4


async def test_a_job_that_is_cancelled_stops_before_its_next_batch_and_keeps_what_was_stored(tmp_path: Path) -> None:
    person, goods = await a_person_with("prices.write"), await some_goods()
    job_id = await an_import(person, price_file(tmp_path, [goods]))

    await cancel_bulk_job(person, CancelBulkJob(job_id))
    job = await carried_out(person, job_id)

    assert (job.state, job.rows_done) == ("cancelled", 0)
    assert await price_of(goods) == 1250
    with pytest.raises(JobOver):
        await cancel_bulk_job(person, CancelBulkJob(job_id))


async def test_who_lost_the_permission_meanwhile_imports_nothing(tmp_path: Path) -> None:
    person, goods = await a_person_with("prices.write"), await some_goods()
    job_id = await an_import(person, price_file(tmp_path, [goods]))
    await run("DELETE FROM role_grant WHERE user_id = $1", person.user_id)

    job = await carried_out(person, job_id)

    assert (job.state, job.error) == ("failed", {"code": "NOT_ALLOWED", "permission": "prices.write"})
    assert await price_of(goods) == 1250


async def test_suppliers_import_only_what_is_theirs(tmp_path: Path) -> None:
    supplier_id = await a_supplier()
    person = await a_person_with("prices.write", supplier_id=supplier_id)
    own, other = await some_goods(supplier_id=supplier_id), await some_goods()

    job = await carried_out(person, await an_import(person, price_file(tmp_path, [own, other])))

    assert job.supplier_id == supplier_id
    assert (job.rows_changed, job.rows_failed) == (1, 1)
    assert [await price_of(one) for one in (own, other)] == [999, 1250]
    with pytest.raises(NotAllowed):
        await an_import(person, b"sku\r\n", supplier_id=await a_supplier())


async def test_a_file_that_cannot_be_read_fails_with_its_reason() -> None:
    person = await a_person_with("prices.write")

    job = await carried_out(person, await an_import(person, "sku,currency,prize\r\nMünster,EUR,1\r\n".encode("cp1252")))

    assert job.error is not None
    assert (job.state, job.error["code"], job.error["rule"]) == ("failed", "FILE_UNUSABLE", "encoding")


async def test_the_same_key_asks_once_and_leaves_one_file() -> None:
    person, content = await a_person_with("prices.write"), b"sku,currency,price\r\n"
    upload = an_upload(content)
    command = RequestImport(subject=Subject.PRICES, format=Format.CSV, sha256=upload.sha256, key="one")
    stored = len(await files_under("bulk"))

    first, second = await request_import(person, command, upload), await request_import(person, command, upload)

    assert first == second
    assert len(await files_under("bulk")) == stored + 1
    with pytest.raises(IdempotencyKeyReused):
        await request_import(
            person, RequestImport(subject=Subject.PRICES, format=Format.XLSX, key="one"), an_upload(content)
        )
    assert len(await files_under("bulk")) == stored + 1


async def test_an_export_is_a_file_that_only_its_owner_reads() -> None:
    person, other = await a_person_with("prices.write"), await a_person_with("prices.write")
    goods = await some_goods()

    job_id = await request_export(person, RequestExport(subject=Subject.PRICES, format=Format.CSV))
    job = await carried_out(person, job_id)

    found = await file_to_read(person, job_id, errors=False)
    assert found is not None
    content = await read_file(found[1])
    assert f"{goods.sku},EUR,12.50," in content.decode()
    assert (job.state, job.sha256) == ("done", sha256(content).hexdigest())
    assert await file_to_read(other, job_id, errors=False) is None
    assert await bulk_job(other, job_id) is None
    with pytest.raises(NotFound):
        await cancel_bulk_job(other, CancelBulkJob(job_id))


async def test_nobody_queues_without_end() -> None:
    person = await a_person_with("prices.write")
    command = RequestExport(subject=Subject.PRICES, format=Format.CSV)
    made = [await request_export(person, command) for _ in range(MOST_AT_ONCE)]

    with pytest.raises(TooManyJobs):
        await request_export(person, command)

    listed = await bulk_jobs(person, first=100, after=None)
    assert [one.id for one in listed] == made[::-1]


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (RequestExport(subject=Subject.TRANSLATIONS, format=Format.CSV), "language"),
        (RequestExport(subject=Subject.TRANSLATIONS, format=Format.CSV, language="en"), "language"),
        (RequestExport(subject=Subject.PRODUCTS, format=Format.CSV, language="zh-Hans"), "language"),
    ],
)
async def test_what_is_asked_wrongly_is_refused_by_its_field(command: RequestExport, field: str) -> None:
    person = await a_person_with("catalogue.write")

    with pytest.raises(InvalidInput) as refusal:
        await request_export(person, command)

    assert refusal.value.field == field


async def test_files_and_jobs_are_forgotten_after_their_time() -> None:
    person = await a_person_with("prices.write")
    job = await carried_out(person, await an_import(person, b"sku,currency,price\r\nnone,EUR,1\r\n"))

    while await forget_bulk_jobs(now()):
        pass

    assert await files_under(f"bulk/{job.id}") == []
    assert await bulk_job(person, job.id) is None


async def test_customers_import_nothing() -> None:
    with pytest.raises(NotAllowed):
        await an_import(await a_person(), b"sku\r\n")
