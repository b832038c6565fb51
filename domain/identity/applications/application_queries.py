"""Partner applications and their keys, for those who manage them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import orjson

from domain.identity.access.permissions import Permission
from domain.shared.database import row, rows
from domain.shared.viewer import Viewer

_COLUMNS = "a.id, a.name, a.scopes, a.channel, a.supplier_id, a.version, a.created_by, a.created_at, a.disabled_at"
_KEY = "id, application_id, kid, algorithm, created_at, last_used_at, ends_at"
_API_KEY = """k.id, k.application_id, k.prefix, k.scopes, a.scopes AS allowed, k.created_at, k.last_used_at, k.ends_at
    FROM api_key k JOIN application a ON a.id = k.application_id"""


@dataclass(frozen=True)
class ApplicationFacts:
    id: UUID
    name: str
    scopes: tuple[str, ...]
    channel: str | None
    supplier_id: UUID | None
    version: int
    created_by: UUID | None
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True)
class ApplicationKeyFacts:
    id: UUID
    application_id: UUID
    kid: str
    algorithm: str
    created_at: datetime
    last_used_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True)
class ApiKeyFacts:
    """`scopes` are those that the key was given and that its application still has."""

    id: UUID
    application_id: UUID
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    ends_at: datetime | None


async def application(viewer: Viewer, application_id: UUID) -> ApplicationFacts | None:
    """None for one that is not there, or not within the viewer's limits. Raises NotSignedIn, NotAllowed."""
    condition, values = _manageable(viewer, placeholder=2)
    found = await row(f"SELECT {_COLUMNS} FROM application a WHERE a.id = $1 AND {condition}", application_id, *values)
    return None if found is None else _facts(found)


async def applications(viewer: Viewer, *, first: int, after: tuple[datetime, UUID] | None) -> list[ApplicationFacts]:
    """A page of those that the viewer manages, newest first, behind the key `after`. Raises NotSignedIn, NotAllowed."""
    condition, values = _manageable(viewer, placeholder=4)
    created_at, application_id = after or (None, None)
    found = await rows(
        f"""SELECT {_COLUMNS} FROM application a
            WHERE ($1::timestamptz IS NULL OR (a.created_at, a.id) < ($1, $2::uuid)) AND {condition}
            ORDER BY a.created_at DESC, a.id DESC LIMIT $3""",
        created_at,
        application_id,
        first,
        *values,
    )
    return [_facts(one) for one in found]


async def application_keys(application_ids: Sequence[UUID]) -> dict[UUID, list[ApplicationKeyFacts]]:
    """The public keys of applications that the caller has been shown, newest first. One statement."""
    found = await rows(
        f"SELECT {_KEY} FROM application_key WHERE application_id = ANY($1) ORDER BY created_at DESC, id DESC",
        list(application_ids),
    )
    grouped: dict[UUID, list[ApplicationKeyFacts]] = defaultdict(list)
    for one in found:
        grouped[one["application_id"]].append(ApplicationKeyFacts(**one))
    return grouped


async def api_keys(application_ids: Sequence[UUID]) -> dict[UUID, list[ApiKeyFacts]]:
    """The API keys of applications that the caller has been shown, newest first. One statement."""
    found = await rows(
        f"SELECT {_API_KEY} WHERE k.application_id = ANY($1) ORDER BY k.created_at DESC, k.id DESC",
        list(application_ids),
    )
    grouped: dict[UUID, list[ApiKeyFacts]] = defaultdict(list)
    for one in found:
        grouped[one["application_id"]].append(_api_key(one))
    return grouped


async def application_key(key_id: UUID) -> ApplicationKeyFacts | None:
    """One that the caller has just changed."""
    found = await row(f"SELECT {_KEY} FROM application_key WHERE id = $1", key_id)
    return None if found is None else ApplicationKeyFacts(**found)


async def api_key(key_id: UUID) -> ApiKeyFacts | None:
    """One that the caller has just changed."""
    found = await row(f"SELECT {_API_KEY} WHERE k.id = $1", key_id)
    return None if found is None else _api_key(found)


def _manageable(viewer: Viewer, *, placeholder: int) -> tuple[str, list[object]]:
    """Which of `application a` the viewer manages, as a condition with its values from `$placeholder` on."""
    viewer.signed_in()
    viewer.require_somewhere(Permission.APPLICATIONS_WRITE)
    if viewer.may(Permission.APPLICATIONS_WRITE):
        return "TRUE", []
    limits = viewer.limited(Permission.APPLICATIONS_WRITE)
    within = f"""EXISTS (SELECT FROM unnest(${placeholder}::text[], ${placeholder + 1}::uuid[]) AS w(channel, supplier_id)
        WHERE (w.channel IS NULL OR w.channel = a.channel) AND (w.supplier_id IS NULL OR w.supplier_id = a.supplier_id))"""
    return within, [[one.channel for one in limits], [one.supplier_id for one in limits]]


def _facts(found: asyncpg.Record) -> ApplicationFacts:
    return ApplicationFacts(**{**found, "scopes": tuple(orjson.loads(found["scopes"]))})


def _api_key(found: asyncpg.Record) -> ApiKeyFacts:
    given, allowed = orjson.loads(found["scopes"]), set(orjson.loads(found["allowed"]))
    values = {**found, "scopes": tuple(one for one in given if one in allowed)}
    del values["allowed"]
    return ApiKeyFacts(**values)
