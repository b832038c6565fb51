"""Making, rotating and ending the API keys of partner applications."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import orjson

from domain.identity.applications.api_key_text import MadeKey, make_api_key
from domain.identity.applications.application_rules import checked_scopes, end_after
from domain.identity.applications.applications import (
    Application,
    Change,
    keep_change,
    locked_application,
    locked_application_of,
    require_may_hand_out,
)
from domain.identity.applications.key_room import require_room
from domain.identity.errors import KeyEnded
from domain.identity.events import ApiKeyCreated, ApiKeyEnded
from domain.identity.sessions.cutoffs import cut_off
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.errors import InvalidInput
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

LONGEST_LIFE = timedelta(days=3653)


@dataclass(frozen=True)
class CreateApiKey:
    application_id: UUID
    scopes: tuple[str, ...]
    expires_at: datetime | None = None
    key: str | None = None


@dataclass(frozen=True)
class RotateApiKey:
    """Without `expires_at` the new key lives as long as the old one was to, from now on."""

    key_id: UUID
    overlap_seconds: int
    expires_at: datetime | None = None
    key: str | None = None


@dataclass(frozen=True)
class EndApiKey:
    key_id: UUID
    key: str | None = None


@dataclass(frozen=True)
class IssuedApiKey:
    """`text` is what the application sends. It is kept nowhere: None when an idempotency key answers a second time."""

    id: UUID
    text: str | None = field(repr=False)


@dataclass(frozen=True)
class _Ordered:
    id: UUID
    scopes: tuple[str, ...]
    ends_at: datetime | None


@use_case
async def create_api_key(viewer: Viewer, command: CreateApiKey) -> IssuedApiKey:
    """A key for some of the application's scopes. Raises NotAllowed, NotFound, CannotGrant, TooManyKeys, InvalidInput."""
    application = await locked_application(viewer, command.application_id)
    key_id = new_id()
    earlier = await replayed(viewer, "createApiKey", command, key_id)
    if earlier is not None:
        return IssuedApiKey(earlier, None)
    scopes = _checked_subset(command.scopes, application)
    ordered = _Ordered(key_id, scopes, _checked_end(command.expires_at))
    return await _issue(viewer, application, ordered)


@use_case
async def rotate_api_key(viewer: Viewer, command: RotateApiKey) -> IssuedApiKey:
    """A new key for the same scopes; the old one works for so many seconds more, though not beyond its own end.

    Raises NotAllowed, NotFound, CannotGrant, KeyEnded, TooManyKeys, InvalidInput.
    """
    application = await locked_application_of(viewer, "ApiKey", command.key_id)
    key_id = new_id()
    earlier = await replayed(viewer, "rotateApiKey", command, key_id)
    if earlier is not None:
        return IssuedApiKey(earlier, None)
    old = await row("SELECT scopes, created_at, ends_at FROM api_key WHERE id = $1", command.key_id)
    assert old is not None
    if old["ends_at"] is not None and old["ends_at"] <= now():
        raise KeyEnded
    lifetime = None if old["ends_at"] is None else now() + (old["ends_at"] - old["created_at"])
    ends_at = lifetime if command.expires_at is None else _checked_end(command.expires_at)
    await _end(viewer, application.id, command.key_id, end_after(command.overlap_seconds, field="overlapSeconds"))
    return await _issue(viewer, application, _Ordered(key_id, tuple(orjson.loads(old["scopes"])), ends_at))


@use_case
async def end_api_key(viewer: Viewer, command: EndApiKey) -> UUID:
    """It is refused within seconds. Raises NotAllowed, NotFound."""
    application = await locked_application_of(viewer, "ApiKey", command.key_id)
    earlier = await replayed(viewer, "endApiKey", command, command.key_id)
    if earlier is None:
        await _end(viewer, application.id, command.key_id, now())
    return command.key_id


def _checked_subset(scopes: tuple[str, ...], application: Application) -> tuple[str, ...]:
    wanted = checked_scopes(scopes)
    if not set(application.scopes).issuperset(wanted):
        raise InvalidInput(field="scopes", rule="oneOf", limit=", ".join(application.scopes))
    return wanted


def _checked_end(expires_at: datetime | None) -> datetime | None:
    """In UTC where it names no zone."""
    if expires_at is None:
        return None
    moment = expires_at if expires_at.tzinfo else expires_at.replace(tzinfo=UTC)
    if moment <= now():
        raise InvalidInput(field="expiresAt", rule="notBefore", limit=now().isoformat(timespec="seconds"))
    if moment > now() + LONGEST_LIFE:
        limit = (now() + LONGEST_LIFE).isoformat(timespec="seconds")
        raise InvalidInput(field="expiresAt", rule="notAfter", limit=limit)
    return moment


async def _issue(viewer: Viewer, application: Application, ordered: _Ordered) -> IssuedApiKey:
    await require_may_hand_out(viewer, application, ordered.scopes)
    await require_room("api_key", application.id)
    made = await make_api_key()
    await _insert(application.id, ordered, made)
    told = {"application": application.id, "prefix": made.prefix, "scopes": ordered.scopes, "ends_at": ordered.ends_at}
    event = partial(ApiKeyCreated, key_id=ordered.id)
    await keep_change(viewer, application.id, Change("createApiKey", ("api_key", ordered.id), event, after=told))
    return IssuedApiKey(ordered.id, made.text)


async def _insert(application_id: UUID, ordered: _Ordered, made: MadeKey) -> None:
    await run(
        """INSERT INTO api_key (id, application_id, prefix, key_hash, scopes, created_at, ends_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        ordered.id,
        application_id,
        made.prefix,
        made.key_hash,
        orjson.dumps(ordered.scopes).decode(),
        now(),
        ordered.ends_at,
    )


async def _end(viewer: Viewer, application_id: UUID, key_id: UUID, ends_at: datetime) -> None:
    """No later than it was to end anyway."""
    ended = await run(
        "UPDATE api_key SET ends_at = $2 WHERE id = $1 AND (ends_at IS NULL OR ends_at > $2)", key_id, ends_at
    )
    if ended:
        await cut_off(key_id)
        event = partial(ApiKeyEnded, key_id=key_id)
        change = Change("endApiKey", ("api_key", key_id), event, after={"ends_at": ends_at})
        await keep_change(viewer, application_id, change)
