"""Who sends a request: a wrong token is an HTTP 401, whatever was asked."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import HTTPConnection

from api.authentication import Credentials, authenticate, credentials
from api.http.graphql.refusals import RequestRefused
from domain.identity.errors import TokenExpired, TokenInvalid
from domain.shared.caller import Caller
from domain.shared.messages import message
from domain.shared.settings import settings
from domain.shared.viewer import Viewer

_MAX_DEVICE = 200


def calling(connection: HTTPConnection) -> Caller:
    """Where a request comes from: the address that the server saw, and what the client calls itself."""
    device = connection.headers.get("user-agent", "")[:_MAX_DEVICE]
    return Caller(
        address=connection.client.host if connection.client else "",
        device="".join(one for one in device if one.isprintable()),
    )


async def identify(
    headers: Mapping[str, str], connection_init: Mapping[str, Any] | None = None
) -> tuple[Viewer, Credentials]:
    """The viewer, and what to authenticate again with. Raises RequestRefused for an expired or forged token."""
    try:
        sent = credentials(headers, connection_init)
        return await authenticate(sent), sent
    except (TokenExpired, TokenInvalid) as refusal:
        challenge = {"www-authenticate": 'Bearer realm="hanse", error="invalid_token"'}
        text = message(refusal, settings().default_language)
        raise RequestRefused(401, refusal.code, text, headers=challenge) from refusal
