"""Roles as they stand in the database, expanded to permissions without asking it each time."""

import math
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

import orjson

from domain.identity.permissions import ROLES
from domain.shared.database import rows, run_many
from domain.shared.ids import new_id
from domain.shared.transactions import require_transaction

REFRESH_SECONDS = 30.0


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


async def ensure_roles() -> dict[str, UUID]:
    """Store the roles that are missing and return the ids of all, by name.

    A role that somebody edited stays as it is, except the administrator's, which always holds every permission.
    """
    require_transaction("ensure_roles")
    await run_many(
        """INSERT INTO role (id, name, permissions) VALUES ($1, $2, $3)
           ON CONFLICT (name) DO UPDATE SET permissions = excluded.permissions WHERE role.name = 'administrator'""",
        [(new_id(), name, orjson.dumps(sorted(held)).decode()) for name, held in ROLES.items()],
    )
    return {found["name"]: found["id"] for found in await rows("SELECT id, name FROM role")}


async def _read() -> None:
    _known.read_at = monotonic()  # whoever asks while the statement runs goes on with the earlier rows
    found = await rows("SELECT name, permissions FROM role")
    _known.permissions = {one["name"]: frozenset(orjson.loads(one["permissions"])) for one in found}
