"""The files of reports, for whoever may see the report."""

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.http.callers import identify
from api.http.graphql.refusals import RequestRefused
from domain.analytics.queries import ReportFacts, report
from domain.analytics.report_files import read
from domain.shared.errors import Busy, DomainError, NotAllowed, NotSignedIn, not_found
from domain.shared.messages import message

_TYPES = {"sales.csv": "text/csv; charset=utf-8", "chart.svg": "image/svg+xml"}
_STATUSES: dict[type[DomainError], int] = {NotSignedIn: 401, NotAllowed: 403, Busy: 503}
_SAFETY = {
    "x-content-type-options": "nosniff",
    # an SVG that is opened by itself is a page of this host: it may run and load nothing
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "private, no-store",
}


async def report_file(request: Request) -> Response:
    """200 with the file; 401 without a good token, 403 without the permission, 404 for anybody else's report."""
    name = request.path_params["name"]
    try:
        viewer, _ = await identify(request.headers)
    except RequestRefused as refused:
        return _refusal(refused.status, refused.code, refused.message, **refused.headers)
    try:
        path = _path(await report(viewer, request.path_params["report_id"]), name)
    except DomainError as refused:
        return _refusal(_STATUSES.get(type(refused), 400), refused.code, message(refused, viewer.language))
    if path is None:
        missing = not_found("Report", request.path_params["report_id"])
        return _refusal(404, missing.code, message(missing, viewer.language))
    disposition = "attachment" if name.endswith(".csv") else "inline"
    headers = {"content-disposition": f'{disposition}; filename="{name}"', **_SAFETY}
    return Response(await read(path), headers=headers, media_type=_TYPES[name])


def _path(found: ReportFacts | None, name: str) -> str | None:
    if found is None:
        return None
    return {"sales.csv": found.csv_path, "chart.svg": found.chart_path}.get(name)


def _refusal(status: int, code: str, text: str, **headers: str) -> Response:
    body = orjson.dumps({"errors": [{"message": text, "extensions": {"code": code}}]})
    return Response(body, status_code=status, media_type="application/json", headers={**headers, **_SAFETY})


ROUTES = [Route("/files/reports/{report_id:uuid}/{name}", report_file)]
