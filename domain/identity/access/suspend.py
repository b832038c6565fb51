"""Keeping somebody out for a while, and letting them in again."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.identity.access.permissions import Permission
from domain.identity.access.rights import require_no_more_rights, require_other_administrator, rights_now
from domain.identity.events import UserRestored, UserSuspended
from domain.identity.sessions.cutoffs import cut_off
from domain.identity.sessions.sessions import end_sessions_of
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.errors import StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class ChangeSuspension:
    person_id: UUID
    expected_version: int | None = None
    key: str | None = None


@use_case
async def suspend_person(viewer: Viewer, command: ChangeSuspension) -> UUID:
    """Sign the person out everywhere, within five seconds, and let them in no more. Again changes nothing.

    Raises NotSignedIn, NotAllowed, NotFound, HoldsMoreRights, LastAdministrator, StaleVersion, IdempotencyKeyReused.
    """
    if (found := await _claimed(viewer, "suspendPerson", command)) and not found.is_suspended:
        await require_other_administrator(command.person_id)
        await _set(command.person_id, suspended=True)
        await end_sessions_of(viewer, command.person_id, "suspended")
        await cut_off(command.person_id)
        await record(viewer, "suspendPerson", subject=("user", command.person_id))
        await emit(UserSuspended(subject_id=command.person_id, sequence=found.version + 1))
    return command.person_id


@use_case
async def restore_person(viewer: Viewer, command: ChangeSuspension) -> UUID:
    """Let the person sign in again, with the roles that they hold. Again changes nothing.

    Raises NotSignedIn, NotAllowed, NotFound, HoldsMoreRights, StaleVersion, IdempotencyKeyReused.
    """
    if (found := await _claimed(viewer, "restorePerson", command)) and found.is_suspended:
        await _set(command.person_id, suspended=False)
        await record(viewer, "restorePerson", subject=("user", command.person_id))
        await emit(UserRestored(subject_id=command.person_id, sequence=found.version + 1))
    return command.person_id


@dataclass(frozen=True)
class _Person:
    version: int
    is_suspended: bool


async def _claimed(viewer: Viewer, kind: str, command: ChangeSuspension) -> _Person | None:
    """The person, locked, whose suspension the viewer may change; None when it was done before under the same key."""
    (await rights_now(viewer)).require(Permission.PEOPLE_WRITE)
    if await replayed(viewer, kind, command, command.person_id):
        return None
    found = await row(
        """SELECT version, suspended_at IS NOT NULL AS is_suspended FROM users
           WHERE id = $1 AND erased_at IS NULL FOR UPDATE""",
        command.person_id,
    )
    if found is None:
        raise not_found("User", command.person_id)
    if command.expected_version not in {None, found["version"]}:
        raise StaleVersion(expected=command.expected_version or 0, current=found["version"])
    await require_no_more_rights(viewer, command.person_id)
    return _Person(**found)


async def _set(person_id: UUID, *, suspended: bool) -> None:
    await run(
        "UPDATE users SET suspended_at = $2, version = version + 1 WHERE id = $1",
        person_id,
        now() if suspended else None,
    )
