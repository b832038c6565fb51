"""Making, changing and removing roles."""

import re
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import orjson

from domain.audit.record import record
from domain.identity.access.permissions import ADMINISTRATOR, CUSTOMER, Permission
from domain.identity.access.rights import require_may_grant, rights_now
from domain.identity.errors import RoleExists, RoleFixed, RoleInUse
from domain.identity.events import RoleCreated, RoleRemoved, RoleUpdated
from domain.shared.database import row, run, value
from domain.shared.errors import InvalidInput, StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class CreateRole:
    name: str
    permissions: tuple[str, ...]
    per_supplier: bool = False
    key: str | None = None


@dataclass(frozen=True)
class UpdateRole:
    role_id: UUID
    permissions: tuple[str, ...]
    expected_version: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class RemoveRole:
    role_id: UUID
    expected_version: int | None = None
    key: str | None = None


@use_case
async def create_role(viewer: Viewer, command: CreateRole) -> UUID:
    """A set of permissions that the viewer holds everywhere. Raises NotSignedIn, NotAllowed, CannotGrant, InvalidInput,
    RoleExists, IdempotencyKeyReused."""
    permissions, role_id = await _checked(viewer, command.permissions), new_id()
    if not _NAME.fullmatch(command.name):
        raise InvalidInput(field="name", rule="characters", limit="a-z 0-9 _ (1..60)")
    if earlier := await replayed(viewer, "createRole", command, role_id):
        return earlier
    await require_may_grant(viewer, permissions)
    stored = await run(
        """INSERT INTO role (id, name, permissions, per_supplier, built_in, version) VALUES ($1, $2, $3, $4, FALSE, 1)
           ON CONFLICT (name) DO NOTHING""",
        role_id,
        command.name,
        orjson.dumps(permissions).decode(),
        command.per_supplier,
    )
    if not stored:
        raise RoleExists(role_name=command.name)
    after = {"name": command.name, "permissions": permissions, "per_supplier": command.per_supplier}
    await record(viewer, "createRole", subject=("role", role_id), after=after)
    await emit(RoleCreated(subject_id=role_id, sequence=1, role=command.name))
    return role_id


@use_case
async def update_role(viewer: Viewer, command: UpdateRole) -> UUID:
    """Give a role another set of permissions; whoever holds it has them within thirty seconds, without signing in again.

    The viewer must hold what is in the old set and in the new one, so that nobody gains rights by editing a role, and
    nobody takes rights that they do not have. Raises NotSignedIn, NotAllowed, NotFound, CannotGrant, RoleFixed,
    StaleVersion, InvalidInput, IdempotencyKeyReused.
    """
    permissions = await _checked(viewer, command.permissions)
    if earlier := await replayed(viewer, "updateRole", command, command.role_id):
        return earlier
    role = await _editable(viewer, command.role_id, command.expected_version)
    if role["name"] in {ADMINISTRATOR, CUSTOMER}:
        raise RoleFixed(role_name=role["name"])
    await require_may_grant(viewer, permissions)
    version: int = await value(
        "UPDATE role SET permissions = $2, version = version + 1 WHERE id = $1 RETURNING version",
        command.role_id,
        orjson.dumps(permissions).decode(),
    )
    before = {"permissions": orjson.loads(role["permissions"])}
    await record(
        viewer, "updateRole", subject=("role", command.role_id), before=before, after={"permissions": permissions}
    )
    await emit(RoleUpdated(subject_id=command.role_id, sequence=version, role=role["name"]))
    return command.role_id


@use_case
async def remove_role(viewer: Viewer, command: RemoveRole) -> UUID:
    """Remove a role that nobody holds. Raises NotSignedIn, NotAllowed, NotFound, CannotGrant, RoleFixed, RoleInUse,
    StaleVersion, IdempotencyKeyReused."""
    await _checked(viewer, ())
    if earlier := await replayed(viewer, "removeRole", command, command.role_id):
        return earlier
    role = await _editable(viewer, command.role_id, command.expected_version)
    if role["built_in"]:
        raise RoleFixed(role_name=role["name"])
    if await value("SELECT EXISTS (SELECT FROM role_grant WHERE role_id = $1)", command.role_id):
        raise RoleInUse(role_name=role["name"])
    await run("DELETE FROM role WHERE id = $1", command.role_id)
    before = {"name": role["name"], "permissions": orjson.loads(role["permissions"])}
    await record(viewer, "removeRole", subject=("role", command.role_id), before=before)
    await emit(RoleRemoved(subject_id=command.role_id, sequence=role["version"] + 1, role=role["name"]))
    return command.role_id


async def _checked(viewer: Viewer, permissions: tuple[str, ...]) -> tuple[str, ...]:
    (await rights_now(viewer)).require(Permission.ROLES_WRITE)
    known = {str(one) for one in Permission}
    wanted = tuple(sorted(set(permissions)))
    if not known.issuperset(wanted):
        raise InvalidInput(field="permissions", rule="oneOf", limit=", ".join(sorted(known)))
    return wanted


async def _editable(viewer: Viewer, role_id: UUID, expected_version: int | None) -> asyncpg.Record:
    """The role, when the viewer holds all that it allows."""
    role = await row("SELECT name, permissions, built_in, version FROM role WHERE id = $1 FOR UPDATE", role_id)
    if role is None:
        raise not_found("Role", role_id)
    if expected_version is not None and expected_version != role["version"]:
        raise StaleVersion(expected=expected_version, current=role["version"])
    await require_may_grant(viewer, orjson.loads(role["permissions"]))
    return role
