"""Web pages of other origins that may call the API. What they send to prove who asks is a header, never a cookie."""

from dataclasses import dataclass

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.shared.settings import Settings

_THIS_MACHINE = r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?"
_HEADERS = ("accept-language", "authorization", "content-type", "last-event-id", "x-request-id")


@dataclass(frozen=True)
class Origins:
    """Those that are named, and those that match the whole of the pattern."""

    named: frozenset[str]
    pattern: str | None

    def admitted(self, app: ASGIApp) -> ASGIApp:
        """`app`, with its GraphQL and its downloads open to the pages (CORS), and nothing else of it."""
        opened = CORSMiddleware(
            app,
            allow_origins=self.named,
            allow_origin_regex=self.pattern,
            allow_methods=("GET", "POST"),
            allow_headers=_HEADERS,
        )

        async def choosing(scope: Scope, receive: Receive, send: Send) -> None:
            is_open = scope["type"] == "http" and (scope["path"] == "/graphql" or scope["path"].startswith("/files/"))
            await (opened if is_open else app)(scope, receive, send)

        return choosing


def origins(settings: Settings) -> Origins:
    """The settings' own, and outside production whatever a developer serves on this machine."""
    pattern = None if settings.environment == "production" else _THIS_MACHINE
    return Origins(frozenset(settings.allowed_origins), pattern)
