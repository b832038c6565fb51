"""Pictures, for everybody who knows their addresses: ids cannot be guessed, and no page shows those of what is not live.

What an address answers never changes, so that browsers and caches in between ask once.
"""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from domain.catalog.media.queries import served_file
from domain.shared.files import open_file

_SAFETY: Final = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",  # storefronts stand at other origins
}
_NAME: Final = re.compile(r"([1-9][0-9]{0,4})\.webp")
_FOR_EVER: Final = {"cache-control": "public, max-age=31536000, immutable"}


async def picture(request: Request) -> Response:
    """200 with the picture, 304 where the client has it, 404 for one that is not there (any more, or yet)."""
    named = _NAME.fullmatch(request.path_params["name"])
    found = await served_file(request.path_params["media_id"], int(named[1])) if named else None
    if found is None:
        return _not_there()
    etag = f'"{found.sha256}"'
    headers = {"etag": etag, **_FOR_EVER, **_SAFETY}
    if _knows(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    try:
        stored = await open_file(found.path)
    except FileNotFoundError:
        return _not_there()  # removed a moment ago
    headers |= {"content-length": str(stored.size)}
    return StreamingResponse(stored.chunks, headers=headers, media_type="image/webp")


def _knows(sent: str, etag: str) -> bool:
    """By RFC 9110, section 13.1.2: weak comparison, `*` for anything."""
    return sent.strip() == "*" or etag in [one.strip().removeprefix("W/") for one in sent.split(",")]


def _not_there() -> Response:
    return Response(status_code=404, headers={"cache-control": "no-store", **_SAFETY})


ROUTES = [Route("/media/{media_id:uuid}/{name}", picture)]
