"""Who holds which role: granting and revoking."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg
import orjson

from domain.audit.record import record
from domain.identity.access.give_role import RoleToGive, give_role, touch_person
from domain.identity.access.permissions import ADMINISTRATOR, Permission
from domain.identity.access.rights import require_may_grant, require_other_administrator, rights_now
from domain.identity.events import RoleRevoked
from domain.identity.sessions.cutoffs import cut_off
from domain.shared.database import row, run
from domain.shared.errors import not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class GrantRole:
    given: RoleToGive
    key: str | None = None


@dataclass(frozen=True)
class RevokeRole:
    grant_id: UUID
    key: str | None = None


@use_case
async def grant_role(viewer: Viewer, command: GrantRole) -> UUID:
    """The id of the grant. Raises what `give_role` raises, and IdempotencyKeyReused."""
    viewer.require_somewhere(Permission.ROLES_WRITE)
    grant_id = new_id()
    if earlier := await replayed(viewer, "grantRole", command, grant_id):
        return earlier
    return await give_role(viewer, command.given, grant_id)


@use_case
async def revoke_role(viewer: Viewer, command: RevokeRole) -> UUID:
    """Take back one grant; within five seconds nobody acts by it any more. Returns whose it was.

    Whoever could grant that role within those limits takes it back, whatever else the person holds. A grant within whose
    limits the viewer may not change roles does not exist for them. Raises NotSignedIn, NotAllowed, NotFound, CannotGrant,
    LastAdministrator, IdempotencyKeyReused.
    """
    viewer.require_somewhere(Permission.ROLES_WRITE)
    if earlier := await replayed(viewer, "revokeRole", command, command.grant_id):
        return earlier
    grant = await _revocable(viewer, command.grant_id)
    user_id: UUID = grant["user_id"]
    version = await touch_person(user_id)
    if grant["role"] == ADMINISTRATOR and grant["channel"] is None and grant["supplier_id"] is None:
        await require_other_administrator(user_id)
    await run("DELETE FROM role_grant WHERE id = $1", command.grant_id)
    revoked = RoleRevoked(
        subject_id=user_id,
        sequence=version,
        role=grant["role"],
        channel=grant["channel"],
        supplier_id=grant["supplier_id"],
    )
    before = {"grant_id": command.grant_id, **revoked.data()}
    await record(viewer, "revokeRole", subject=("user", user_id), before=before)
    await emit(revoked)
    await cut_off(user_id)
    return command.grant_id


async def _revocable(viewer: Viewer, grant_id: UUID) -> asyncpg.Record:
    rights = await rights_now(viewer)
    rights.require_somewhere(Permission.ROLES_WRITE)
    found = await row(
        """SELECT g.user_id, r.name AS role, r.permissions, g.channel, g.supplier_id
           FROM role_grant g JOIN role r ON r.id = g.role_id WHERE g.id = $1""",
        grant_id,
    )
    suppliers = frozenset({found["supplier_id"]} if found and found["supplier_id"] else ())
    if found is None or not rights.may_for(Permission.ROLES_WRITE, channel=found["channel"], suppliers=suppliers):
        raise not_found("Grant", grant_id)
    await require_may_grant(
        viewer, orjson.loads(found["permissions"]), channel=found["channel"], supplier_id=found["supplier_id"]
    )
    return found
