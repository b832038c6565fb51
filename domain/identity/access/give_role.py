"""Giving somebody a role, within the rights of who gives it."""

from dataclasses import dataclass
from uuid import UUID

import orjson

from domain.audit.record import record
from domain.channels.known import require_channel
from domain.identity.access.permissions import CUSTOMER, Permission
from domain.identity.access.rights import require_may_grant, rights_now
from domain.identity.access.suppliers import supplier_exists
from domain.identity.errors import AlreadyGranted, RoleFixed
from domain.identity.events import RoleGranted
from domain.identity.sessions.cutoffs import cut_off
from domain.shared.clock import now
from domain.shared.database import row, run, value
from domain.shared.errors import InvalidInput, not_found
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class RoleToGive:
    """Everywhere, or only in one channel, for one supplier, or for one supplier in one channel."""

    user_id: UUID
    role_id: UUID
    channel: str | None = None
    supplier_id: UUID | None = None


@dataclass(frozen=True)
class _Role:
    name: str
    permissions: frozenset[str]
    per_supplier: bool


async def give_role(viewer: Viewer, given: RoleToGive, grant_id: UUID | None = None) -> UUID:
    """The id of the grant. The person's access tokens are cut off, so that the next ones carry it.

    Raises NotSignedIn, NotAllowed, CannotGrant, NotFound, InvalidInput, RoleFixed, AlreadyGranted.
    """
    require_transaction("give_role")
    await _require_may_give(viewer, given)
    role = await _role(given.role_id)
    await _require_limits(role, given)
    await require_may_grant(viewer, role.permissions, channel=given.channel, supplier_id=given.supplier_id)
    version = await touch_person(given.user_id)
    grant_id = grant_id or new_id()
    await _store(grant_id, given, role)
    granted = RoleGranted(
        subject_id=given.user_id,
        sequence=version,
        role=role.name,
        channel=given.channel,
        supplier_id=given.supplier_id,
    )
    after = {"grant_id": grant_id, **granted.data()}
    await record(viewer, "grantRole", subject=("user", given.user_id), after=after)
    await emit(granted)
    await cut_off(given.user_id)
    return grant_id


async def touch_person(user_id: UUID) -> int:
    """Lock the person until the transaction ends; gives their next version. Raises NotFound for who has no account.

    Tokens are made under the same lock: one that carries the old rights was issued before, and is cut off.
    """
    version: int | None = await value(
        "UPDATE users SET version = version + 1 WHERE id = $1 AND NOT is_guest AND erased_at IS NULL RETURNING version",
        user_id,
    )
    if version is None:
        raise not_found("User", user_id)
    return version


async def _require_may_give(viewer: Viewer, given: RoleToGive) -> None:
    rights = await rights_now(viewer)
    suppliers = frozenset() if given.supplier_id is None else frozenset({given.supplier_id})
    rights.require_for(Permission.ROLES_WRITE, channel=given.channel, suppliers=suppliers)


async def _role(role_id: UUID) -> _Role:
    found = await row("SELECT name, permissions, per_supplier FROM role WHERE id = $1", role_id)
    if found is None:
        raise not_found("Role", role_id)
    if found["name"] == CUSTOMER:
        raise RoleFixed(role_name=CUSTOMER)
    return _Role(found["name"], frozenset(orjson.loads(found["permissions"])), found["per_supplier"])


async def _require_limits(role: _Role, given: RoleToGive) -> None:
    if given.channel is not None:
        await require_channel(given.channel)
    if role.per_supplier and given.supplier_id is None:
        raise InvalidInput(field="supplierId", rule="required")
    if given.supplier_id is not None and not await supplier_exists(given.supplier_id):
        raise not_found("Supplier", given.supplier_id)


async def _store(grant_id: UUID, given: RoleToGive, role: _Role) -> None:
    stored = await run(
        """INSERT INTO role_grant (id, user_id, role_id, channel, supplier_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (user_id, role_id, channel, supplier_id) DO NOTHING""",
        grant_id,
        given.user_id,
        given.role_id,
        given.channel,
        given.supplier_id,
        now(),
    )
    if not stored:
        raise AlreadyGranted(role_name=role.name)
