"""Files for whoever may see what they belong to: results of reports, copies of personal data, exports of the catalogue."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.http.callers import bind_connection, identify
from api.http.graphql.presenting import Presenter
from api.http.graphql.refusals import RequestRefused
from domain.analytics.queries import report
from domain.analytics.report_files import read
from domain.bulk.jobs.queries import file_to_read
from domain.identity.privacy.export import personal_data_file
from domain.shared.errors import Busy, DomainError, NotAllowed, NotFound, NotSignedIn, not_found
from domain.shared.files import StoredFile, open_file
from domain.shared.messages import message
from domain.shared.settings import settings
from domain.shared.viewer import Viewer

_TYPES = {
    "sales.csv": "text/csv; charset=utf-8",
    "chart.svg": "image/svg+xml",
    "personal-data.json": "application/json",
}
_TYPES_BY_ENDING = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SHOWN_IN_PLACE = {"chart.svg"}
_STATUSES: dict[type[DomainError], int] = {NotSignedIn: 401, NotAllowed: 403, NotFound: 404, Busy: 503}
_SAFETY = {
    "x-content-type-options": "nosniff",
    # an SVG that is opened by itself is a page of this host: it may run and load nothing
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "private, no-store",
}
_PRESENTER: Final = Presenter(lambda _error, _context: None)
_log: Final = structlog.get_logger("api.files")


async def report_file(request: Request) -> Response:
    name, report_id = request.path_params["name"], request.path_params["report_id"]
    return await _answered(request, name, lambda viewer: _report(viewer, report_id, name))


async def personal_data(request: Request) -> Response:
    request_id = request.path_params["request_id"]
    return await _answered(request, "personal-data.json", lambda viewer: _personal_data(viewer, request_id))


async def bulk_file(request: Request) -> Response:
    name, job_id = request.path_params["name"], request.path_params["job_id"]
    return await _answered(request, name, lambda viewer: _bulk(viewer, job_id, name))


async def _answered(
    request: Request, name: str, content: Callable[[Viewer], Awaitable[bytes | StoredFile]]
) -> Response:
    """200 with the file; 401 without a good token, 403 without the permission, 404 for anybody else's file or one that
    is gone. What nobody expected is 500, with the id that it was logged by."""
    language = settings().default_language
    try:
        bind_connection(request)
        viewer, _ = await identify(request)
        language = viewer.language
        return _file(name, await content(viewer))
    except RequestRefused as refused:
        return _refusal(refused.status, _PRESENTER.refusal(refused), **refused.headers)
    except DomainError as refused:
        shown = {"message": message(refused, language), "extensions": {"code": refused.code}}
        return _refusal(_STATUSES.get(type(refused), 400), {"errors": [shown]})
    except Exception as error:  # noqa: BLE001 nothing leaves unmasked; it is logged with its id
        return _refusal(500, _PRESENTER.refusal(error))


async def _report(viewer: Viewer, report_id: UUID, name: str) -> bytes:
    found = await report(viewer, report_id)
    path = {"sales.csv": found.csv_path, "chart.svg": found.chart_path}.get(name) if found else None
    if path is None:
        raise not_found("Report", report_id)
    try:
        return await read(path)
    except FileNotFoundError as gone:
        _log.error("report file gone", path=path)
        raise not_found("Report", report_id) from gone


async def _personal_data(viewer: Viewer, request_id: UUID) -> bytes:
    viewer.signed_in()
    try:
        found = await personal_data_file(viewer, request_id)
    except FileNotFoundError as gone:
        _log.error("copy of personal data gone", request=str(request_id))
        raise not_found("PrivacyRequest", request_id) from gone
    if found is None:
        raise not_found("PrivacyRequest", request_id)
    return found


async def _bulk(viewer: Viewer, job_id: UUID, name: str) -> StoredFile:
    found = await file_to_read(viewer, job_id, errors=name == "errors.csv")
    if found is None or name not in {"errors.csv", f"{found[0].subject}.{found[0].format}"}:
        raise not_found("BulkJob", job_id)
    try:
        return await open_file(found[1])
    except FileNotFoundError as gone:
        _log.error("file of an import or export gone", path=found[1])
        raise not_found("BulkJob", job_id) from gone


def _file(name: str, content: bytes | StoredFile) -> Response:
    disposition = "inline" if name in _SHOWN_IN_PLACE else "attachment"
    headers = {"content-disposition": f'{disposition}; filename="{name}"', **_SAFETY}
    media_type = _TYPES.get(name) or _TYPES_BY_ENDING[name.rpartition(".")[2]]
    if isinstance(content, bytes):
        return Response(content, headers=headers, media_type=media_type)
    headers["content-length"] = str(content.size)
    return StreamingResponse(content.chunks, headers=headers, media_type=media_type)


def _refusal(status: int, body: dict[str, Any], **headers: str) -> Response:
    content = orjson.dumps(body)
    return Response(content, status_code=status, media_type="application/json", headers={**headers, **_SAFETY})


ROUTES = [
    Route("/files/reports/{report_id:uuid}/{name}", report_file),
    Route("/files/bulk/{job_id:uuid}/{name}", bulk_file),
    Route("/files/personal-data/{request_id:uuid}.json", personal_data),
]
