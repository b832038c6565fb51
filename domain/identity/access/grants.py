"""Roles that somebody holds, and what they allow together."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from domain.identity.access.permissions import CUSTOMER
from domain.identity.access.roles import permissions_of
from domain.shared.viewer import Limit


@dataclass(frozen=True)
class Grant:
    """A role held everywhere, or for one channel, one supplier, or one supplier in one channel."""

    role: str
    channel: str | None = None
    supplier_id: UUID | None = None

    @property
    def is_limited(self) -> bool:
        return self.channel is not None or self.supplier_id is not None


async def allowed(grants: Iterable[Grant]) -> tuple[frozenset[str], tuple[Limit, ...]]:
    """What the grants allow everywhere, and what within limits. Everybody holds the role customer. No SQL as a rule."""
    everywhere, limits = await permissions_of(CUSTOMER), []
    for grant in grants:
        permissions = await permissions_of(grant.role)
        if grant.is_limited:
            limits.append(Limit(permissions, grant.channel, grant.supplier_id))
        else:
            everywhere |= permissions
    return everywhere, tuple(limits)
