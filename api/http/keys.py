"""Where others find the keys that verify access tokens."""

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.identity.keys.jwks import KEPT, json_web_key_set


async def published_keys(_request: Request) -> Response:
    """A JSON Web Key Set (RFC 7517)."""
    return Response(
        orjson.dumps(await json_web_key_set()),
        media_type="application/jwk-set+json",
        headers={"cache-control": f"public, max-age={int(KEPT.total_seconds())}"},
    )


ROUTES = [Route("/.well-known/jwks.json", published_keys)]
