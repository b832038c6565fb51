"""What an application may be called and hold, and the viewer that it is: pure checks that return the form to store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.identity.access.permissions import Permission
from domain.shared.clock import now
from domain.shared.errors import InvalidInput
from domain.shared.settings import settings
from domain.shared.viewer import Limit, Viewer

MOST_KEYS = 10
"""Of each kind, in use at once, by one application: an assertion that names no key is tried with each."""
LONGEST_OVERLAP = timedelta(days=90)


@dataclass(frozen=True)
class ApplicationRights:
    """Scopes are names of permissions; they hold everywhere, or for one channel, one supplier, or both."""

    application_id: UUID
    scopes: frozenset[str]
    channel: str | None
    supplier_id: UUID | None


def checked_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """Names of permissions, at least one, each once, sorted. Raises InvalidInput."""
    known = {str(one) for one in Permission}
    wanted = tuple(sorted(set(scopes)))
    if not wanted or not known.issuperset(wanted):
        raise InvalidInput(field="scopes", rule="oneOf", limit=", ".join(sorted(known)))
    return wanted


def end_after(seconds: int, *, field: str) -> datetime:
    """The moment when a key ends that works for so many seconds more. Raises InvalidInput beyond 90 days."""
    longest = int(LONGEST_OVERLAP.total_seconds())
    if not 0 <= seconds <= longest:
        raise InvalidInput(field=field, rule="range", limit=f"0..{longest}")
    return now() + timedelta(seconds=seconds)


def suppliers_of(supplier_id: UUID | None) -> frozenset[UUID]:
    """As `Viewer.may_for` wants to know them."""
    return frozenset() if supplier_id is None else frozenset({supplier_id})


def application_viewer(rights: ApplicationRights) -> Viewer:
    """The application as a caller: it may do what its scopes name, everywhere or within its limit."""
    is_limited = rights.channel is not None or rights.supplier_id is not None
    return Viewer(
        application_id=rights.application_id,
        permissions=frozenset() if is_limited else rights.scopes,
        limits=(Limit(rights.scopes, rights.channel, rights.supplier_id),) if is_limited else (),
        language=settings().default_language,
    )


def application_claims(rights: ApplicationRights) -> dict[str, Any]:
    """What an access token says of an application beside whose it is (RFC 9068, section 2.2)."""
    claims: dict[str, Any] = {
        "app": True,
        "client_id": str(rights.application_id),
        "scope": " ".join(sorted(rights.scopes)),
        "lang": settings().default_language,
    }
    if rights.channel is not None:
        claims["chan"] = rights.channel
    if rights.supplier_id is not None:
        claims["sup"] = str(rights.supplier_id)
    return claims


def claimed_rights(claims: Mapping[str, Any]) -> ApplicationRights | None:
    """What `application_claims` was given; None for the claims of a person."""
    if not claims.get("app"):
        return None
    supplier_id = claims.get("sup")
    return ApplicationRights(
        application_id=UUID(claims["sub"]),
        scopes=frozenset(claims["scope"].split()),
        channel=claims.get("chan"),
        supplier_id=None if supplier_id is None else UUID(supplier_id),
    )
