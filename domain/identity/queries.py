"""Who somebody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.shared.database import rows, value

_FACTS = """SELECT users.id, users.email, users.name, users.country, users.language, users.currency,
                   role.name AS role, users.supplier_id
            FROM users JOIN role ON role.id = users.role_id
            WHERE users.id = ANY($1)"""


@dataclass(frozen=True)
class UserFacts:
    """`country` is unknown of some imported people; `supplier_id` is set for those who work for a supplier."""

    id: UUID
    email: str
    name: str
    country: str | None
    language: str
    currency: str
    role: str
    supplier_id: UUID | None


async def user(user_id: UUID) -> UserFacts | None:
    return (await get_many([user_id])).get(user_id)


async def get_many(user_ids: Sequence[UUID]) -> dict[UUID, UserFacts]:
    """Those that exist, by id, in one statement."""
    return {found["id"]: UserFacts(**found) for found in await rows(_FACTS, user_ids)}


async def session_is_open(session_id: UUID) -> bool:
    """False once the device was signed out, or its refresh token was used twice."""
    return bool(await value("SELECT ended_at IS NULL FROM session WHERE id = $1", session_id))
