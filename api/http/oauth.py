"""Where partner applications get their access tokens: OAuth 2.0 client credentials (RFC 6749, section 4.4), proven by a
signed assertion (RFC 7523), and the server's metadata (RFC 8414)."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.http.callers import bind_connection
from api.http.forms import FormRefused, read_form
from api.http.graphql.presenting import Presenter
from domain.identity.access.permissions import Permission
from domain.identity.applications.application_log_in import ApplicationToken, LogInApplication, log_in_application
from domain.identity.applications.assertions import ALGORITHMS
from domain.identity.errors import AssertionRefused, ScopeNotGranted, TooManyAttempts
from domain.shared.clock import now
from domain.shared.errors import Busy
from domain.shared.messages import message
from domain.shared.settings import Settings

TOKEN_PATH: Final = "/oauth/token"
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_NOT_STORED = {"cache-control": "no-store", "pragma": "no-cache", "x-content-type-options": "nosniff"}
_CHALLENGE = {"www-authenticate": 'Bearer realm="hanse", error="invalid_client"'}
_METADATA_SECONDS = 300
_PRESENTER: Final = Presenter(lambda _error, _context: None)
_log: Final = structlog.get_logger("api.oauth")


class _Refused(Exception):
    """`error` is one of RFC 6749, section 5.2; the text is in its characters, so always in English."""

    def __init__(self, error: str, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.error = error
        self.status = status


def oauth_routes(settings: Settings) -> list[Route]:
    """The token endpoint, which takes POST alone, and the metadata that name it. Both know their own public address."""
    endpoint = f"{settings.public_address}{TOKEN_PATH}"
    audiences = frozenset({endpoint, settings.public_address})
    metadata = orjson.dumps(_metadata(settings.public_address, endpoint))

    async def token(request: Request) -> Response:
        bind_connection(request)
        try:
            return _granted(await _log_in(request, audiences))
        except FormRefused as refused:
            return _refusal(refused.status, "invalid_request", str(refused))
        except _Refused as refused:
            return _refusal(refused.status, refused.error, str(refused))
        except Busy as busy:
            return _refusal(503, "temporarily_unavailable", message(busy, "en"))
        except TooManyAttempts as many:
            wait = {"retry-after": str(many.retry_after_seconds)}
            return _refusal(429, "temporarily_unavailable", message(many, "en"), headers=wait)
        except Exception as error:  # noqa: BLE001 nothing leaves unmasked; it is logged with its id
            shown = _PRESENTER.refusal(error)["errors"][0]["extensions"]
            return _refusal(500, "server_error", f"Internal error {shown['errorId']}.")

    async def published(_request: Request) -> Response:
        headers = {"cache-control": f"public, max-age={_METADATA_SECONDS}"}
        return Response(metadata, media_type="application/json", headers=headers)

    return [
        Route(TOKEN_PATH, token, methods=["POST"]),
        Route("/.well-known/oauth-authorization-server", published, methods=["GET"]),
    ]


async def _log_in(request: Request, audiences: frozenset[str]) -> ApplicationToken:
    form = await read_form(request)
    if "grant_type" not in form:
        raise _Refused("invalid_request", "grant_type is missing.")
    if form["grant_type"] != "client_credentials":
        raise _Refused("unsupported_grant_type", "Only client_credentials is supported.")
    command = LogInApplication(
        assertion=_assertion(request, form),
        audiences=audiences,
        scope=form.get("scope"),
        client_id=form.get("client_id"),
    )
    try:
        return await log_in_application(command)
    except AssertionRefused as refused:
        _log.info("assertion refused", rule=refused.rule)
        raise _Refused("invalid_client", message(refused, "en"), 401) from refused
    except ScopeNotGranted as refused:
        raise _Refused("invalid_scope", message(refused, "en")) from refused


def _assertion(request: Request, form: dict[str, str]) -> str:
    """The only way to authenticate: no secret, and no second way beside it."""
    other = "client_secret" in form or "authorization" in request.headers
    if "client_assertion" not in form:
        text = "The client authenticates by client_assertion (private_key_jwt)."
        raise _Refused("invalid_client", text, 401)
    if other:
        raise _Refused("invalid_request", "The client authenticates in more than one way.")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise _Refused("invalid_request", f"client_assertion_type must be {ASSERTION_TYPE}.")
    return form["client_assertion"]


def _granted(token: ApplicationToken) -> Response:
    body = {
        "access_token": token.access_token,
        "token_type": "Bearer",
        "expires_in": int((token.expires_at - now()).total_seconds()),
        "scope": " ".join(token.scopes),
    }
    return Response(orjson.dumps(body), media_type="application/json", headers=_NOT_STORED)


def _refusal(status: int, error: str, text: str, *, headers: Mapping[str, str] | None = None) -> Response:
    body = orjson.dumps({"error": error, "error_description": text})
    sent = {**_NOT_STORED, **(_CHALLENGE if status == 401 else {}), **(headers or {})}
    return Response(body, status_code=status, media_type="application/json", headers=sent)


def _metadata(issuer: str, endpoint: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "token_endpoint": endpoint,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": sorted(Permission),
    }
