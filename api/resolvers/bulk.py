"""Imports and exports: asking for them, seeing them come along, stopping them."""

from uuid import UUID

import strawberry

from api.access import PERSON, field, mutation
from api.context import Info
from api.ids import decode
from api.pages import Connection, connection, cursor, identifier, moment, page_size, read_cursor
from api.schema.bulk import (
    BulkJob,
    BulkPlacingInput,
    CancelBulkJobInput,
    CancelBulkJobResult,
    RequestExportInput,
    RequestExportResult,
    RequestImportInput,
    RequestImportResult,
    show_bulk_job,
)
from domain.bulk.formats.endings import format_of
from domain.bulk.jobs.cancel import CancelBulkJob, cancel_bulk_job
from domain.bulk.jobs.job import Job
from domain.bulk.jobs.queries import bulk_job, bulk_jobs
from domain.bulk.jobs.request import RequestExport, RequestImport, request_export, request_import
from domain.bulk.kinds import Format, Placing
from domain.shared.errors import InvalidInput, not_found

_LIST = "bulkJobs"


@strawberry.type
class BulkQuery:
    @field(PERSON, description="An import or export that the caller asked for.")
    async def bulk_job(self, info: Info, id: strawberry.ID) -> BulkJob | None:
        found = await bulk_job(info.context.viewer, decode("BulkJob", id, field="id"))
        return None if found is None else show_bulk_job(found, info.context.language)

    @field(PERSON, description="The caller's imports and exports, newest first.")
    async def bulk_jobs(self, info: Info, first: int = 20, after: str | None = None) -> Connection[BulkJob]:
        size, key = page_size(first), read_cursor(_LIST, after, (moment, identifier))
        found = await bulk_jobs(info.context.viewer, first=size + 1, after=(key[0], key[1]) if key else None)
        nodes = [show_bulk_job(one, info.context.language) for one in found]
        return connection(found, size, has_previous=after is not None, cursor_of=_cursor, nodes=nodes)


@strawberry.type
class BulkMutation:
    @mutation(
        PERSON,
        result=RequestImportResult,
        description="For who may write what the file holds (`catalogue.write`, `prices.write`, `stock.write`), suppliers "
        "their own. A worker carries it out; ask for `bulkJob` again.",
    )
    async def request_import(self, info: Info, input: RequestImportInput) -> BulkJob:
        job_id = await request_import(info.context.viewer, _import(input), input.file)
        return await _shown(info, job_id)

    @mutation(PERSON, result=RequestExportResult, description="As for requestImport; the file is at `resultUrl`.")
    async def request_export(self, info: Info, input: RequestExportInput) -> BulkJob:
        return await _shown(info, await request_export(info.context.viewer, _export(input)))

    @mutation(PERSON, result=CancelBulkJobResult, description="What an import has stored stays, but for REFUSE_ALL.")
    async def cancel_bulk_job(self, info: Info, input: CancelBulkJobInput) -> BulkJob:
        command = CancelBulkJob(decode("BulkJob", input.id, field="id"), input.idempotency_key)
        return await _shown(info, await cancel_bulk_job(info.context.viewer, command))


async def _shown(info: Info, job_id: UUID) -> BulkJob:
    found = await bulk_job(info.context.viewer, job_id)
    if found is None:
        raise not_found("BulkJob", job_id)
    return show_bulk_job(found, info.context.language)


def _import(given: RequestImportInput) -> RequestImport:
    return RequestImport(
        subject=given.subject,
        format=given.format or _format(given.file.name),
        layout=given.layout,
        on_error=given.on_error,
        language=given.language,
        supplier_id=_supplier(given.supplier_id),
        placing=_placing(given.placing),
        sha256=given.file.sha256,
        file_name=given.file.name,
        key=given.idempotency_key,
    )


def _export(given: RequestExportInput) -> RequestExport:
    return RequestExport(
        subject=given.subject,
        format=given.format,
        layout=given.layout,
        language=given.language,
        supplier_id=_supplier(given.supplier_id),
        placing=_placing(given.placing),
        key=given.idempotency_key,
    )


def _format(name: str) -> Format:
    found = format_of(name)
    if found is None:
        raise InvalidInput(field="format", rule="oneOf", limit=", ".join(Format))
    return found


def _supplier(id: strawberry.ID | None) -> UUID | None:
    return None if id is None else decode("Supplier", id, field="supplierId")


def _placing(given: BulkPlacingInput | None) -> Placing:
    if given is None:
        return Placing()
    return Placing(
        currency=given.currency,
        warehouse=given.warehouse,
        channel=given.channel,
        category=given.category,
        create_categories=given.create_categories,
    )


def _cursor(job: Job) -> str:
    return cursor(_LIST, (job.requested_at, job.id))
