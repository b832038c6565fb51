"""Web pages of other origins that may call the API."""

import re
from dataclasses import dataclass
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.http.websocket_origin import is_same_origin, normalize_origin

from domain.shared.settings import Settings, settings

_THIS_MACHINE = r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?"
_HEADERS = ("accept-language", "authorization", "content-type", "last-event-id", "x-hanse-csrf", "x-request-id")


@dataclass(frozen=True)
class Origins:
    """Those that are named, and those that match the whole of the pattern."""

    named: frozenset[str]
    pattern: str | None

    def admitted(self, app: ASGIApp) -> ASGIApp:
        """`app`, with its GraphQL and its downloads open to the pages (CORS, cookies included), and nothing else of it."""
        opened = CORSMiddleware(
            app,
            allow_origins=self.named,
            allow_origin_regex=self.pattern,
            allow_methods=("GET", "POST"),
            allow_headers=_HEADERS,
            allow_credentials=True,
        )
        closed = CORSMiddleware(app)

        async def choosing(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or not (scope["path"] == "/graphql" or scope["path"].startswith("/files/")):
                await app(scope, receive, send)
                return
            is_named = self.admit(Headers(scope=scope).get("origin", ""))
            await (opened if is_named else closed)(scope, receive, send)

        return choosing

    def admit(self, origin: str) -> bool:
        return normalize_origin(origin) in self.named or (
            self.pattern is not None and re.fullmatch(self.pattern, origin) is not None
        )


def is_admitted(origin: str, host: str | None) -> bool:
    """Whether a page of `origin` may act for whoever looks at it: one of ours, or of an origin that is let in."""
    return is_same_origin(origin, host) or origins(settings()).admit(origin)


@lru_cache(maxsize=4)
def origins(settings: Settings) -> Origins:
    """The settings' own, and outside production whatever a developer serves on this machine."""
    pattern = None if settings.environment == "production" else _THIS_MACHINE
    return Origins(frozenset(settings.allowed_origins), pattern)
