"""Chooses the representation of an answer by the header `Accept` (RFC 9110, section 12.5.1)."""

from enum import Enum
from functools import lru_cache
from typing import Final

from starlette.requests import Request

from api.http.graphql.refusals import RequestRefused


class Media(Enum):
    """What can be sent, best first."""

    GRAPHQL = "application/graphql-response+json"
    #: For clients older than the GraphQL media type: status 200 for everything that is a GraphQL answer.
    LEGACY = "application/json"
    EVENTS = "text/event-stream"
    HTML = "text/html"


#: No client needs more; the rest of a longer header is not looked at.
_MAX_HEADER: Final = 1_000


def negotiate(request: Request, *, html: bool) -> tuple[Media, ...]:
    """The acceptable representations, the client's favourite first; HTML only if `html`. Without the header, or where
    the client has no preference, the GraphQL media type wins. Raises RequestRefused (406)."""
    acceptable = _acceptable(",".join(request.headers.getlist("accept"))[:_MAX_HEADER], html)
    if not acceptable:
        known = ", ".join(media.value for media in _offered(html))
        raise RequestRefused(406, "NOT_ACCEPTABLE", f"The answer can be one of: {known}.")
    return acceptable


@lru_cache(maxsize=256)
def _acceptable(header: str, html: bool) -> tuple[Media, ...]:  # noqa: FBT001 the cache's key
    if not header.strip():
        return (Media.GRAPHQL, Media.LEGACY)
    ranges = [_media_range(text) for text in header.split(",")]
    qualities = {media: _quality(media.value, ranges) for media in _offered(html)}
    return tuple(sorted((media for media in qualities if qualities[media] > 0), key=lambda media: -qualities[media]))


def _offered(html: bool) -> list[Media]:  # noqa: FBT001 one word at its two calls
    return [media for media in Media if html or media is not Media.HTML]


def _media_range(text: str) -> tuple[str, float]:
    kind, *parameters = (part.strip().lower() for part in text.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return kind, _weight(value.strip())
    return kind, 1.0


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


def _quality(kind: str, ranges: list[tuple[str, float]]) -> float:
    """The most specific range decides."""
    for pattern in (kind, kind.partition("/")[0] + "/*", "*/*"):
        weights = [weight for accepted, weight in ranges if accepted == pattern]
        if weights:
            return max(weights)
    return 0.0
