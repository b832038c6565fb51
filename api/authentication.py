"""From what a caller sends about themselves to the viewer that the domain knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from api.languages import language_of
from domain.identity.errors import SessionEnded, TokenInvalid
from domain.identity.queries import session_is_open
from domain.identity.tokens import viewer_from_token
from domain.shared.settings import settings
from domain.shared.viewer import ANONYMOUS, Viewer


@dataclass(frozen=True)
class Credentials:
    """`authorization` is a header's value: `Bearer` and an access token."""

    authorization: str | None = field(default=None, repr=False)
    accept_language: str = ""


def credentials(headers: Mapping[str, str], connection_init: Mapping[str, Any] | None = None) -> Credentials:
    """Browsers cannot set headers on a WebSocket, so `connection_init` may carry `authorization` and goes first."""
    payload = connection_init or {}
    sent = payload.get("authorization", payload.get("Authorization", headers.get("authorization")))
    if sent is not None and not isinstance(sent, str):
        raise TokenInvalid
    return Credentials(sent, headers.get("accept-language", ""))


async def authenticate(sent: Credentials) -> Viewer:
    """The viewer; an anonymous one when nothing was sent. Raises TokenExpired or TokenInvalid. No SQL.

    The request's language goes before the person's own, and that before the shop's.
    """
    if not sent.authorization:
        return replace(ANONYMOUS, language=language_of(sent.accept_language, settings().default_language))
    scheme, _, token = sent.authorization.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise TokenInvalid
    viewer = await viewer_from_token(token.strip())
    return replace(viewer, language=language_of(sent.accept_language, viewer.language))


async def authenticate_again(sent: Credentials) -> Viewer:
    """The viewer at a later event of a subscription. Raises SessionEnded too, where the device was signed out since."""
    viewer = await authenticate(sent)
    if viewer.session_id is not None and not await session_is_open(viewer.session_id):
        raise SessionEnded
    return viewer
