"""Roles as they stand in the database, expanded to permissions without asking it each time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

import orjson
from asyncpg import Record

from domain.identity.access.permissions import ROLES, SUPPLIER, Permission
from domain.shared.database import rows, run_many
from domain.shared.ids import new_id
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

REFRESH_SECONDS = 30.0
_COLUMNS = "id, name, permissions, per_supplier, built_in, version"


@dataclass(frozen=True)
class RoleFacts:
    id: UUID
    name: str
    permissions: tuple[str, ...]
    per_supplier: bool
    built_in: bool
    version: int


@dataclass
class _Known:
    permissions: dict[str, frozenset[str]] = field(default_factory=dict)
    read_at: float = -math.inf


_known = _Known()


async def permissions_of(role: str) -> frozenset[str]:
    """What `role` allows, at most `REFRESH_SECONDS` behind the database. A role that does not exist allows nothing."""
    if role not in _known.permissions or monotonic() - _known.read_at >= REFRESH_SECONDS:
        await _read()
    return _known.permissions.get(role, frozenset())


async def roles(viewer: Viewer, *, first: int, after: tuple[str] | None) -> list[RoleFacts]:
    """A page of the roles, by name, behind the name `after`. One statement. Raises NotSignedIn, NotAllowed."""
    viewer.require_somewhere(Permission.ROLES_READ)
    found = await rows(
        f"SELECT {_COLUMNS} FROM role WHERE ($1::text IS NULL OR name > $1) ORDER BY name LIMIT $2",
        after[0] if after else None,
        first,
    )
    return [_facts(one) for one in found]


async def roles_by_id(role_ids: Sequence[UUID]) -> dict[UUID, RoleFacts]:
    """Those that exist, as they stand in the database now. One statement."""
    found = await rows(f"SELECT {_COLUMNS} FROM role WHERE id = ANY($1)", list(role_ids))
    return {one["id"]: _facts(one) for one in found}


async def ensure_roles() -> dict[str, UUID]:
    """Store the built-in roles that are missing and return the ids of all, by name.

    A role that somebody edited stays as it is, except the administrator's, which always holds every permission.
    """
    require_transaction("ensure_roles")
    await run_many(
        """INSERT INTO role (id, name, permissions, per_supplier, built_in, version) VALUES ($1, $2, $3, $4, TRUE, 1)
           ON CONFLICT (name) DO UPDATE SET permissions = excluded.permissions WHERE role.name = 'administrator'""",
        [(new_id(), name, orjson.dumps(sorted(held)).decode(), name == SUPPLIER) for name, held in ROLES.items()],
    )
    return {found["name"]: found["id"] for found in await rows("SELECT id, name FROM role")}


async def _read() -> None:
    _known.read_at = monotonic()  # whoever asks while the statement runs goes on with the earlier rows
    found = await rows("SELECT name, permissions FROM role")
    _known.permissions = {one["name"]: frozenset(orjson.loads(one["permissions"])) for one in found}


def _facts(found: Record) -> RoleFacts:
    return RoleFacts(**{**found, "permissions": tuple(orjson.loads(found["permissions"]))})
