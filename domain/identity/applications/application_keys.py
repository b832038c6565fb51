"""The public keys by which partner applications sign: added, and ended at once or after a while, so that two overlap."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from domain.identity.applications.application_rules import end_after
from domain.identity.applications.applications import (
    Change,
    keep_change,
    locked_application,
    locked_application_of,
    require_may_hand_out,
)
from domain.identity.applications.key_room import require_room
from domain.identity.applications.read_public_key import PublicKey, read_public_key
from domain.identity.errors import KidTaken
from domain.identity.events import ApplicationKeyAdded, ApplicationKeyEnded
from domain.identity.sessions.cutoffs import cut_off
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.errors import InvalidInput
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

_MAX_KID = 100


@dataclass(frozen=True)
class AddApplicationKey:
    """`public_key` as PEM or JSON Web Key; without a `kid` it has the JSON Web Key's, or its thumbprint (RFC 7638)."""

    application_id: UUID
    public_key: str
    kid: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class EndApplicationKey:
    key_id: UUID
    after_seconds: int = 0
    key: str | None = None


@use_case
async def add_application_key(viewer: Viewer, command: AddApplicationKey) -> UUID:
    """The key's id. Raises NotAllowed, NotFound, CannotGrant, KidTaken, TooManyKeys, and InvalidInput for weak keys."""
    application = await locked_application(viewer, command.application_id)
    key_id = new_id()
    earlier = await replayed(viewer, "addApplicationKey", command, key_id)
    if earlier is not None:
        return earlier
    await require_may_hand_out(viewer, application, application.scopes)
    found = read_public_key(command.public_key)
    kid = _checked_kid(found.kid if command.kid is None else command.kid)
    await require_room("application_key", application.id)
    await _insert(application.id, key_id, kid, found)
    change = Change(
        "addApplicationKey",
        ("application_key", key_id),
        partial(ApplicationKeyAdded, key_id=key_id),
        after={"application": application.id, "kid": kid, "algorithm": found.algorithm},
    )
    await keep_change(viewer, application.id, change)
    return key_id


@use_case
async def end_application_key(viewer: Viewer, command: EndApplicationKey) -> UUID:
    """The key verifies nothing any more after so many seconds; an end that was set earlier is never put off.

    Ended at once, the tokens that were got by it are refused within seconds too. Raises NotAllowed, NotFound, InvalidInput.
    """
    application = await locked_application_of(viewer, "ApplicationKey", command.key_id)
    earlier = await replayed(viewer, "endApplicationKey", command, command.key_id)
    if earlier is not None:
        return earlier
    ends_at = end_after(command.after_seconds, field="afterSeconds")
    ended = await run(
        "UPDATE application_key SET ends_at = $2 WHERE id = $1 AND (ends_at IS NULL OR ends_at > $2)",
        command.key_id,
        ends_at,
    )
    if ended and command.after_seconds == 0:
        await cut_off(command.key_id)
    if ended:
        event = partial(ApplicationKeyEnded, key_id=command.key_id)
        subject = ("application_key", command.key_id)
        await keep_change(
            viewer, application.id, Change("endApplicationKey", subject, event, after={"ends_at": ends_at})
        )
    return command.key_id


def _checked_kid(kid: str) -> str:
    if not 1 <= len(kid) <= _MAX_KID or not kid.isascii() or not kid.isprintable():
        raise InvalidInput(field="kid", rule="length", limit=f"1..{_MAX_KID}")
    return kid


async def _insert(application_id: UUID, key_id: UUID, kid: str, found: PublicKey) -> None:
    inserted = await run(
        """INSERT INTO application_key (id, application_id, kid, algorithm, public_pem, created_at)
           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (application_id, kid) DO NOTHING""",
        key_id,
        application_id,
        kid,
        found.algorithm,
        found.pem,
        now(),
    )
    if not inserted:
        raise KidTaken(kid=kid)
