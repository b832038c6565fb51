"""The files of reports, for whoever may see the report."""

from typing import Any, Final
from uuid import UUID

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.http.callers import identify
from api.http.graphql.presenting import Presenter
from api.http.graphql.refusals import RequestRefused
from domain.analytics.queries import report
from domain.analytics.report_files import read
from domain.shared.errors import Busy, DomainError, NotAllowed, NotFound, NotSignedIn, not_found
from domain.shared.messages import message
from domain.shared.settings import settings
from domain.shared.viewer import Viewer

_TYPES = {"sales.csv": "text/csv; charset=utf-8", "chart.svg": "image/svg+xml"}
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
    """200 with the file; 401 without a good token, 403 without the permission, 404 for anybody else's report or a file
    that is gone. What nobody expected is 500, with the id that it was logged by."""
    name, report_id = request.path_params["name"], request.path_params["report_id"]
    language = settings().default_language
    try:
        viewer, _ = await identify(request.headers)
        language = viewer.language
        return _file(name, await _content(viewer, report_id, name))
    except RequestRefused as refused:
        return _refusal(refused.status, _PRESENTER.refusal(refused), **refused.headers)
    except DomainError as refused:
        shown = {"message": message(refused, language), "extensions": {"code": refused.code}}
        return _refusal(_STATUSES.get(type(refused), 400), {"errors": [shown]})
    except Exception as error:  # noqa: BLE001 nothing leaves unmasked; it is logged with its id
        return _refusal(500, _PRESENTER.refusal(error))


async def _content(viewer: Viewer, report_id: UUID, name: str) -> bytes:
    found = await report(viewer, report_id)
    path = {"sales.csv": found.csv_path, "chart.svg": found.chart_path}.get(name) if found else None
    if path is None:
        raise not_found("Report", report_id)
    try:
        return await read(path)
    except FileNotFoundError as gone:
        _log.error("report file gone", path=path)
        raise not_found("Report", report_id) from gone


def _file(name: str, content: bytes) -> Response:
    disposition = "attachment" if name.endswith(".csv") else "inline"
    headers = {"content-disposition": f'{disposition}; filename="{name}"', **_SAFETY}
    return Response(content, headers=headers, media_type=_TYPES[name])


def _refusal(status: int, body: dict[str, Any], **headers: str) -> Response:
    content = orjson.dumps(body)
    return Response(content, status_code=status, media_type="application/json", headers={**headers, **_SAFETY})


ROUTES = [Route("/files/reports/{report_id:uuid}/{name}", report_file)]
