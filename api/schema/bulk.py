"""Imports and exports as those see them who asked for them."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.ids import encode
from api.schema.node import Node
from api.schema.uploads import Upload
from domain.bulk.errors import JobOver, TooManyJobs
from domain.bulk.jobs.job import Job, error_message
from domain.bulk.kinds import Direction, Format, JobState, Layout, OnError, Subject

strawberry.enum(Subject, name="BulkSubject")
strawberry.enum(Format, name="BulkFormat")
strawberry.enum(
    Layout,
    name="BulkLayout",
    description="SHOPIFY is Shopify's product CSV; docs/bulk.md has the columns.",
)
strawberry.enum(
    OnError,
    name="BulkOnError",
    description="REFUSE_ALL stores nothing when anything is wrong, SKIP_ROWS leaves out the rows in which something is, "
    "IGNORE_FIELDS only the fields, as far as a row can do without them.",
)
strawberry.enum(JobState, name="BulkState")
strawberry.enum(Direction, name="BulkDirection")


@strawberry.type(directives=[Access(requires=PARENT)], description="An import or an export that a worker carries out.")
class BulkJob(Node):
    id: strawberry.ID
    direction: Direction
    subject: Subject
    format: Format
    layout: Layout
    on_error: OnError | None
    language: str | None = strawberry.field(description="Of translations.")
    supplier_id: strawberry.ID | None = strawberry.field(description="Only this supplier's things are touched.")
    file_name: str = strawberry.field(description="As it was called when it was sent; empty for an export.")
    state: JobState
    rows_total: int | None = strawberry.field(description="Of the file, once they are counted; of exports, things.")
    rows_done: int
    rows_changed: int = strawberry.field(
        description="Rows that made a difference; the others said what was so already."
    )
    rows_failed: int = strawberry.field(description="Rows of which nothing was stored.")
    error: str | None = strawberry.field(description="Why it failed, in the request's language.")
    result_url: str | None = strawberry.field(
        description="A path on this host; fetch it with the same Authorization header as this query."
    )
    result_sha256: str | None = strawberry.field(name="resultSha256")
    errors_url: str | None = strawberry.field(description="A CSV of what was wrong with which rows, as for resultUrl.")
    version: int
    requested_at: datetime
    finished_at: datetime | None


@strawberry.input(description="Where things go that the file does not place itself; by default the shop's first.")
class BulkPlacingInput:
    currency: str | None = None
    warehouse: str | None = strawberry.field(default=None, description="Its code.")
    channel: str | None = None
    category: str | None = strawberry.field(default=None, description="The slug of that for products without one.")
    create_categories: bool = strawberry.field(default=False, description="Make those that the file names by a path.")


@strawberry.input
class RequestImportInput:
    file: Upload = strawberry.field(description="At most 512 MB; CSV and JSONL may be packed by gzip.")
    subject: Subject
    format: Format | None = strawberry.field(default=None, description="By default by the file's name.")
    layout: Layout = Layout.HANSE
    on_error: OnError = OnError.REFUSE_ALL
    language: str | None = strawberry.field(default=None, description="Of translations.")
    supplier_id: strawberry.ID | None = strawberry.field(
        default=None, description="Everything is this supplier's, whatever the file says."
    )
    placing: BulkPlacingInput | None = None
    idempotency_key: str | None = None


@strawberry.input
class RequestExportInput:
    subject: Subject
    format: Format = Format.CSV
    layout: Layout = Layout.HANSE
    language: str | None = strawberry.field(default=None, description="Of translations.")
    supplier_id: strawberry.ID | None = strawberry.field(default=None, description="Only this supplier's things.")
    placing: BulkPlacingInput | None = strawberry.field(
        default=None,
        description="For Shopify's layout: which currency, warehouse and channel are the shop's own there.",
    )
    idempotency_key: str | None = None


@strawberry.input
class CancelBulkJobInput:
    id: strawberry.ID
    idempotency_key: str | None = None


RequestImportResult = result("RequestImportResult", BulkJob, TooManyJobs)
RequestExportResult = result("RequestExportResult", BulkJob, TooManyJobs)
CancelBulkJobResult = result("CancelBulkJobResult", BulkJob, JobOver)


def show_bulk_job(job: Job, language: str) -> BulkJob:
    is_made = job.direction is Direction.EXPORT and job.state is JobState.DONE
    return BulkJob(
        id=strawberry.ID(encode("BulkJob", job.id)),
        direction=job.direction,
        subject=job.subject,
        format=job.format,
        layout=job.layout,
        on_error=job.on_error,
        language=job.language,
        supplier_id=strawberry.ID(encode("Supplier", job.supplier_id)) if job.supplier_id else None,
        file_name=job.file_name,
        state=job.state,
        rows_total=job.rows_total,
        rows_done=job.rows_done,
        rows_changed=job.rows_changed,
        rows_failed=job.rows_failed,
        error=error_message(job.error, language) if job.error else None,
        result_url=f"/files/bulk/{job.id}/{job.subject}.{job.format}" if is_made else None,
        result_sha256=job.sha256 if is_made else None,
        errors_url=f"/files/bulk/{job.id}/errors.csv" if job.errors_path else None,
        version=job.version,
        requested_at=job.requested_at,
        finished_at=job.finished_at,
    )
