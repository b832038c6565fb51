"""The cookies in which a browser keeps the tokens of its pages, out of reach of their scripts.

Since a browser sends them along with whatever any page asks for, a request that comes with them must also show that it
was a page of ours, or of an origin that is allowed, that asked.
"""

import math
import re
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from api.authentication import BrowserTokens
from api.http.graphql.refusals import RequestRefused
from api.http.origins import is_admitted
from domain.shared.clock import now
from domain.shared.settings import settings

GUARD: Final = "x-hanse-csrf"
"""A header that no page of another site can send: browsers ask us first (CORS), and we say no."""

_LOCAL: Final = re.compile(r"(localhost|127\.0\.0\.1|\[::1])(:[0-9]{1,5})?")
_DAY: Final = 86_400


def access_cookie(connection: HTTPConnection) -> str | None:
    """The access token that the browser keeps. Raises RequestRefused (403) when another site's page had it sent."""
    if "cookie" not in connection.headers:
        return None
    access, refresh = _names(is_secure=_is_secure(connection))
    if access not in connection.cookies and refresh not in connection.cookies:
        return None
    if not _is_own_page(connection):
        text = f"A request with cookies must come from a page of an allowed origin, with the header {GUARD}."
        raise RequestRefused(403, "CROSS_SITE", text)
    return connection.cookies.get(access)


def browser_tokens(connection: HTTPConnection, *, takes_headers: bool) -> BrowserTokens:
    """What the browser keeps, and whether the answer to this request can change it."""
    is_secure = _is_secure(connection)
    access, refresh = _names(is_secure=is_secure)
    is_own, sent = _is_own_page(connection), connection.cookies
    return BrowserTokens(
        refresh_token=sent.get(refresh) if is_own else None,
        obstacle="transport" if not takes_headers else None if is_own else "ownPage",
        was_sent=is_own and (access in sent or refresh in sent),
        is_secure=is_secure,
    )


def set_cookies(browser: BrowserTokens, response: Response) -> None:
    """Carry out what became of the tokens. What was answered to cookies is kept by nobody else."""
    if browser.was_sent:
        response.headers["cache-control"] = "no-store"
    access, refresh = _names(is_secure=browser.is_secure)
    if browser.kept is not None:
        lifetime = math.ceil((browser.kept.access_expires_at - now()).total_seconds())
        _set(response, access, browser.kept.access_token, max_age=lifetime, is_secure=browser.is_secure)
        lifetime = settings().refresh_token_days * _DAY
        _set(response, refresh, browser.kept.refresh_token, max_age=lifetime, is_secure=browser.is_secure)
    elif browser.is_cleared and browser.was_sent:
        for name in (access, refresh):
            _set(response, name, "", max_age=0, is_secure=browser.is_secure)


def _set(response: Response, name: str, value: str, *, max_age: int, is_secure: bool) -> None:
    response.set_cookie(name, value, max_age, path="/", secure=is_secure, httponly=True, samesite="strict")
    response.headers["cache-control"] = "no-store"


def _is_own_page(connection: HTTPConnection) -> bool:
    """Whether a page that may use this browser's tokens asks, as far as browsers say who asks.

    What may change something must come with the header `GUARD`, and where an origin is named it must be ours or allowed.
    A WebSocket cannot carry the header: its origin must be named. A GET changes nothing, and no other page can read what
    it answers: it may be a link of our own site, or opened by hand.
    """
    origin, site = connection.headers.get("origin"), connection.headers.get("sec-fetch-site")
    is_guarded, is_socket = GUARD in connection.headers, connection.scope["type"] == "websocket"
    changes_nothing = is_socket or connection.scope["method"] == "GET"
    if site == "cross-site":  # browsers would not take a Strict cookie for it, nor send one, whatever is allowed
        return False
    if origin is not None:
        return is_admitted(origin, connection.headers.get("host")) and (is_guarded or changes_nothing)
    if is_socket:
        return False
    if changes_nothing:
        return is_guarded or site in {"same-origin", "same-site", "none"}
    return is_guarded and site in {"same-origin", None}


def _is_secure(connection: HTTPConnection) -> bool:
    """False only for plain HTTP on this machine, where some browsers take no Secure cookie.

    Never in production or behind a public address with TLS: there a local Host is what a proxy made of another.
    """
    if settings().environment == "production" or settings().public_url.startswith("https://"):
        return True
    return connection.scope["scheme"] not in {"http", "ws"} or not _LOCAL.fullmatch(connection.headers.get("host", ""))


def _names(*, is_secure: bool) -> tuple[str, str]:
    """Those of the access and the refresh token. Browsers let nobody but this very host set a name that begins so."""
    prefix = "__Host-" if is_secure else ""
    return f"{prefix}hanse-access", f"{prefix}hanse-refresh"
