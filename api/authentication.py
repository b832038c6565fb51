"""From what a caller sends about themselves to the viewer that the domain knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from api.languages import language_of, ranges_of
from domain.identity.applications.api_key_text import MARK
from domain.identity.applications.api_keys import viewer_from_api_key
from domain.identity.errors import TokenInvalid
from domain.identity.sessions.sessions import Tokens
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.errors import InvalidInput
from domain.shared.settings import settings
from domain.shared.viewer import ANONYMOUS, Viewer

_LONGEST_COOKIE = 3_900


@dataclass(frozen=True)
class Credentials:
    """`authorization` is a header's value: `Bearer`, and an access token or API key."""

    authorization: str | None = field(default=None, repr=False)
    accept_language: str = ""


@dataclass
class BrowserTokens:
    """The tokens that a browser keeps in cookies for its pages, and what the answer is to change of them."""

    refresh_token: str | None = field(default=None, repr=False)
    """The one that came with the request."""
    obstacle: str | None = "transport"
    """Why the answer cannot set cookies: the transport, or that no page of ours asks."""
    was_sent: bool = False
    is_secure: bool = True
    kept: Tokens | None = None
    is_cleared: bool = False

    def require(self, field: str) -> None:
        """Raise InvalidInput, naming the input's field, unless the answer can set cookies."""
        if self.obstacle is not None:
            raise InvalidInput(field=field, rule=self.obstacle)

    def keep(self, tokens: Tokens) -> None:
        """Raise InvalidInput for a token that browsers would drop without a word: of somebody with dozens of roles."""
        if len(tokens.access_token) > _LONGEST_COOKIE:
            raise InvalidInput(field="keepIn", rule="length", limit=str(_LONGEST_COOKIE))
        self.kept = tokens

    def clear(self) -> None:
        self.is_cleared = True


def credentials(headers: Mapping[str, str], connection_init: Mapping[str, Any] | None = None) -> Credentials:
    """Browsers cannot set headers on a WebSocket, so `connection_init` may carry `authorization` and goes first."""
    payload = connection_init or {}
    sent = payload.get("authorization", payload.get("Authorization", headers.get("authorization")))
    if sent is not None and not isinstance(sent, str):
        raise TokenInvalid
    return Credentials(sent, headers.get("accept-language", ""))


async def authenticate(sent: Credentials) -> Viewer:
    """The viewer; an anonymous one when nothing was sent. Raises TokenExpired, SessionEnded or TokenInvalid.

    No SQL as a rule: it is asked for every request, for every event of a subscription, and while a connection is idle.

    The request's language goes before the person's own, and that before the shop's.
    """
    if not sent.authorization:
        return _reading(replace(ANONYMOUS, language=settings().default_language), sent.accept_language)
    scheme, _, token = sent.authorization.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise TokenInvalid
    token = token.strip()
    viewer = await (viewer_from_api_key(token) if token.startswith(MARK) else viewer_from_token(token))
    return _reading(viewer, sent.accept_language)


def _reading(viewer: Viewer, header: str) -> Viewer:
    own = "*" if viewer.user_id is None else viewer.language
    return replace(viewer, language=language_of(header, viewer.language), accepted=(*ranges_of(header), own))
