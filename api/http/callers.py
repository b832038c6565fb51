"""Who sends a request: a wrong token is an HTTP 401, whatever was asked."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

from starlette.requests import HTTPConnection

from api.authentication import Credentials, authenticate, credentials
from api.http.cookies import access_cookie
from api.http.graphql.refusals import RequestRefused
from domain.identity.errors import SessionEnded, TokenExpired, TokenInvalid
from domain.shared.caller import Caller, bind_caller
from domain.shared.logs import bind_request
from domain.shared.messages import message
from domain.shared.settings import settings
from domain.shared.viewer import Viewer

_RENEWING: Final = {"refreshSession", "logIn", "logInWithSecondFactor", "logInWithPasskey"}
_MAX_DEVICE = 200
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}")


def bind_connection(connection: HTTPConnection) -> str:
    """From here on in this task, logs, audit entries and events tell of this request. Returns its id."""
    request_id = _request_id(connection)
    bind_request(request_id)
    bind_caller(calling(connection))
    return request_id


def calling(connection: HTTPConnection) -> Caller:
    """Where a request comes from: the address that the server saw, and what the client calls itself."""
    device = connection.headers.get("user-agent", "")[:_MAX_DEVICE]
    return Caller(
        address=connection.client.host if connection.client else "",
        device="".join(one for one in device if one.isprintable()),
    )


async def identify(
    connection: HTTPConnection, connection_init: Mapping[str, Any] | None = None, *, root_field: str = ""
) -> tuple[Viewer, Credentials]:
    """The viewer, and what to authenticate again with.

    Raises RequestRefused for a token that is expired or forged, except an expired one that comes with the operation that
    replaces it. A cookie counts where no header was sent; one that is no good counts as none, since a page can neither
    see nor remove it. Raises RequestRefused too where another site's page had the browser send cookies.
    """
    with _refused():
        sent = credentials(connection.headers, connection_init)
        if not sent.authorization:
            return await _by_cookie(connection, sent)
        try:
            return await authenticate(sent), sent
        except (TokenExpired, SessionEnded):
            if root_field not in _RENEWING:
                raise
            return await _as_nobody(sent)


async def require_still(sent: Credentials) -> None:
    """Raise RequestRefused when what was good once is no more."""
    with _refused():
        await authenticate(sent)


async def _by_cookie(connection: HTTPConnection, sent: Credentials) -> tuple[Viewer, Credentials]:
    token = access_cookie(connection)
    if token is None:
        return await _as_nobody(sent)
    kept = replace(sent, authorization=f"Bearer {token}")
    try:
        return await authenticate(kept), kept
    except (TokenExpired, SessionEnded, TokenInvalid):
        return await _as_nobody(sent)


async def _as_nobody(sent: Credentials) -> tuple[Viewer, Credentials]:
    nothing = replace(sent, authorization=None)
    return await authenticate(nothing), nothing


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except (TokenExpired, SessionEnded, TokenInvalid) as refusal:
        challenge = {"www-authenticate": 'Bearer realm="hanse", error="invalid_token"'}
        text = message(refusal, settings().default_language)
        raise RequestRefused(401, refusal.code, text, headers=challenge) from refusal


def _request_id(connection: HTTPConnection) -> str:
    """The client's own, where it is short and can be no name or address: it is stored, and logged."""
    sent = connection.headers.get("x-request-id", "")
    return sent if _REQUEST_ID.fullmatch(sent) else str(uuid4())
