"""Asking for an import or an export, which a worker then carries out."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from domain.audit.record import record
from domain.bulk.errors import TooManyJobs
from domain.bulk.events import BulkRequested
from domain.bulk.importing.plan import NEEDED
from domain.bulk.jobs.check_placing import check_placing
from domain.bulk.jobs.file_paths import folder_of, source_path
from domain.bulk.jobs.job import options_of
from domain.bulk.kinds import Direction, Format, JobState, Layout, OnError, Placing, Subject
from domain.catalog.texts.given import languages_of_the_shop
from domain.identity.access.permissions import Permission
from domain.identity.privacy.not_erased import require_not_erased
from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.errors import InvalidInput
from domain.shared.files import delete_files, files_under, store_stream
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.settings import settings
from domain.shared.transactions import use_case
from domain.shared.uploads import Upload
from domain.shared.viewer import Viewer

MOST_AT_ONCE: Final = 10
"""Imports and exports of one person that wait or run."""

MOST_UPLOADED: Final = 512 * 1024 * 1024
"""Bytes of a file that is sent."""

_LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True)
class BulkRequest:
    """What imports and exports have in common. `language` is that of translations."""

    subject: Subject
    format: Format
    layout: Layout = Layout.HANSE
    placing: Placing = field(default_factory=Placing)
    language: str | None = None
    supplier_id: UUID | None = None
    key: str | None = None


@dataclass(frozen=True, kw_only=True)
class RequestImport(BulkRequest):
    on_error: OnError = OnError.REFUSE_ALL
    sha256: str = ""
    file_name: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestExport(BulkRequest):
    pass


async def request_import(viewer: Viewer, command: RequestImport, upload: Upload) -> UUID:
    """Keep the file, queue the import and return its id.

    Who holds the permission for one supplier imports that supplier's things only. Raises NotSignedIn, NotAllowed,
    InvalidInput (which names the field), TooManyJobs, IdempotencyKeyReused.
    """
    viewer.signed_in()
    viewer.require_somewhere(NEEDED[command.subject])
    job_id = new_id()
    await store_stream(source_path(job_id), upload.chunks())
    kept = None
    try:
        kept = await _request(viewer, command, job_id)
    finally:
        if kept != job_id:
            await delete_files(await files_under(folder_of(job_id)))
    return kept


async def request_export(viewer: Viewer, command: RequestExport) -> UUID:
    """Queue the export and return its id. Raises as `request_import` does."""
    viewer.signed_in()
    viewer.require_somewhere(NEEDED[command.subject])
    return await _request(viewer, command, new_id())


@use_case
async def _request(viewer: Viewer, command: RequestImport | RequestExport, job_id: UUID) -> UUID:
    requester = viewer.signed_in()
    supplier_id = await _check(viewer, command)
    await require_not_erased(requester)
    direction = Direction.IMPORT if isinstance(command, RequestImport) else Direction.EXPORT
    if earlier := await replayed(viewer, f"request{direction.title()}", command, job_id):
        return earlier
    await _require_room(requester)
    on_error, sha256, name = None, None, ""
    if isinstance(command, RequestImport):
        on_error, sha256, name = command.on_error, command.sha256, command.file_name[:_LONGEST_NAME]
    await run(
        """INSERT INTO bulk_job (id, direction, subject, format, layout, on_error, language, requested_by, supplier_id,
             options, state, file_path, sha256, rows_done, rows_changed, rows_failed, next_row, version, requested_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', $11, $12, 0, 0, 0, 0, 1, $13)""",
        job_id,
        direction,
        command.subject,
        command.format,
        command.layout,
        on_error,
        command.language,
        requester,
        supplier_id,
        options_of(command.placing, told_in=viewer.language, file_name=name),
        source_path(job_id) if direction is Direction.IMPORT else None,
        sha256,
        now(),
    )
    after = {
        "subject": command.subject,
        "format": command.format,
        "layout": command.layout,
        "on_error": on_error,
        "language": command.language,
        "supplier_id": supplier_id,
        "sha256": sha256,
    }
    await record(viewer, f"request{direction.title()}", subject=("bulk_job", job_id), after=after)
    await emit(BulkRequested(subject_id=job_id, sequence=1))
    return job_id


async def _check(viewer: Viewer, command: RequestImport | RequestExport) -> UUID | None:
    """The supplier whose things alone it is about."""
    permission, supplier_id = NEEDED[command.subject], command.supplier_id
    if supplier_id is None and not viewer.may(permission):
        own = {one.supplier_id for one in viewer.limited(permission) if one.supplier_id and one.channel is None}
        if len(own) != 1:
            raise InvalidInput(field="supplierId", rule="required")
        supplier_id = own.pop()
    if supplier_id is not None:
        viewer.require_for(permission, suppliers=frozenset({supplier_id}))
        if not await value("SELECT EXISTS (SELECT FROM supplier WHERE id = $1)", supplier_id):
            raise InvalidInput(field="supplierId", rule="id", limit="Supplier")
    if command.layout is Layout.SHOPIFY and command.subject is not Subject.PRODUCTS:
        raise InvalidInput(field="layout", rule="oneOf", limit=Layout.HANSE)
    if command.placing.create_categories:
        viewer.require(Permission.CATALOGUE_WRITE)
    await check_language(command.subject, command.language)
    await check_placing(command.placing)
    return supplier_id


async def check_language(subject: Subject, language: str | None) -> None:
    """Translations are of one language, which is not the one that they are made from. Raises InvalidInput."""
    if subject is not Subject.TRANSLATIONS:
        if language is not None:
            raise InvalidInput(field="language", rule="translationsOnly")
        return
    others = [one for one in await languages_of_the_shop() if one != settings().default_language]
    if language not in others:
        raise InvalidInput(field="language", rule="oneOf", limit=", ".join(others))


async def _require_room(requester: UUID) -> None:
    count: int = await value(
        "SELECT count(*) FROM bulk_job WHERE requested_by = $1 AND state = ANY($2)",
        requester,
        [JobState.WAITING, JobState.RUNNING],
    )
    if count >= MOST_AT_ONCE:
        raise TooManyJobs(max_jobs=MOST_AT_ONCE)
