"""Finding people, for those who may read of everybody."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.identity.access.permissions import Permission
from domain.identity.accounts.rules import email_key
from domain.identity.email_lookup import email_hash
from domain.identity.queries import UserFacts, get_many
from domain.shared.database import rows
from domain.shared.viewer import Viewer

_GRANT = "id, user_id, role_id, channel, supplier_id, created_at"
_HOLDS = "EXISTS (SELECT FROM role_grant g JOIN role r ON r.id = g.role_id WHERE g.user_id = u.id AND {})"


@dataclass(frozen=True)
class PeopleFilter:
    """Every condition that is given must hold. `email` is a whole address, also the one that a guest gave."""

    email: str | None = field(default=None, repr=False)
    role: str | None = None
    supplier_id: UUID | None = None
    suspended: bool | None = None


@dataclass(frozen=True)
class GrantFacts:
    id: UUID
    user_id: UUID
    role_id: UUID
    channel: str | None
    supplier_id: UUID | None
    created_at: datetime


async def person(viewer: Viewer, person_id: UUID) -> UserFacts | None:
    """Raises NotSignedIn, NotAllowed."""
    viewer.require(Permission.PEOPLE_READ)
    return (await get_many([person_id])).get(person_id)


async def people(
    viewer: Viewer, wanted: PeopleFilter, *, first: int, after: tuple[datetime, UUID] | None
) -> list[UserFacts]:
    """A page of people, newest first, behind the key `after`. Two statements. Raises NotSignedIn, NotAllowed."""
    viewer.require(Permission.PEOPLE_READ)
    condition, values = await _condition(wanted)
    created_at, person_id = after or (None, None)
    found = await rows(
        f"""SELECT u.id FROM users u
            WHERE ($1::timestamptz IS NULL OR (u.created_at, u.id) < ($1, $2::uuid)) AND {condition}
            ORDER BY u.created_at DESC, u.id DESC LIMIT $3""",
        created_at,
        person_id,
        first,
        *values,
    )
    known = await get_many([one["id"] for one in found])
    return [known[one["id"]] for one in found]


async def grants_by_id(grant_ids: Sequence[UUID]) -> dict[UUID, GrantFacts]:
    """For who has just made them. One statement."""
    found = await rows(f"SELECT {_GRANT} FROM role_grant WHERE id = ANY($1)", list(grant_ids))
    return {one["id"]: GrantFacts(**one) for one in found}


async def grants_of(user_ids: Sequence[UUID]) -> dict[UUID, list[GrantFacts]]:
    """By person, oldest first, of people whom the caller has been shown. One statement."""
    found = await rows(
        f"SELECT {_GRANT} FROM role_grant WHERE user_id = ANY($1) ORDER BY created_at, id", list(user_ids)
    )
    grouped: dict[UUID, list[GrantFacts]] = defaultdict(list)
    for one in found:
        grouped[one["user_id"]].append(GrantFacts(**one))
    return grouped


async def _condition(wanted: PeopleFilter) -> tuple[str, list[object]]:
    """On `users u`, with its values from $4 on. Only what is asked for stands in it, so that the indexes are used."""
    conditions, values = ["TRUE"], list[object]()
    for text, given in (
        ("(u.email_hash = {0} OR u.contact_hash = {0})", await _hash(wanted.email)),
        ("(u.suspended_at IS NOT NULL) = {0}", wanted.suspended),
        (_HOLDS.format("r.name = {0}"), wanted.role),
        (_HOLDS.format("g.supplier_id = {0}"), wanted.supplier_id),
    ):
        if given is not None:
            conditions.append(text.format(f"${4 + len(values)}"))
            values.append(given)
    return " AND ".join(conditions), values


async def _hash(email: str | None) -> str | None:
    """What cannot be an address is found with nobody."""
    return None if email is None else await email_hash(email_key(email) or "")
