"""Roles of the tests' own, and people who hold them."""

from uuid import UUID

import orjson

from domain.identity.access.people import grants_of
from domain.identity.queries import UserFacts, user
from domain.shared.database import run, value
from domain.shared.ids import new_id
from domain.shared.viewer import Viewer
from tests.factories.people import a_person, grant


async def role_id(name: str) -> UUID:
    found: UUID = await value("SELECT id FROM role WHERE name = $1", name)
    return found


async def a_role(*permissions: str, per_supplier: bool = False) -> UUID:
    """A role with a name of its own."""
    made = new_id()
    await run(
        "INSERT INTO role (id, name, permissions, per_supplier, built_in, version) VALUES ($1, $2, $3, $4, FALSE, 1)",
        made,
        f"role_{made.hex}",
        orjson.dumps(permissions).decode(),
        per_supplier,
    )
    return made


async def hold(person: Viewer, *permissions: str, supplier_id: UUID | None = None, channel: str | None = None) -> None:
    """A grant more. The viewer at hand does not know of it, as a token that is older than the grant."""
    await grant(person.signed_in(), await _name(await a_role(*permissions)), supplier_id=supplier_id, channel=channel)


async def a_person_with(*permissions: str, supplier_id: UUID | None = None, channel: str | None = None) -> Viewer:
    """Somebody with these permissions, everywhere or within the limits."""
    return await a_person(await _name(await a_role(*permissions)), supplier_id=supplier_id, channel=channel)


async def facts_of(person: Viewer) -> UserFacts:
    """As they stand in the database now."""
    found = await user(person.signed_in())
    assert found is not None
    return found


async def grant_ids(person: Viewer) -> list[UUID]:
    """Oldest first."""
    return [one.id for one in (await grants_of([person.signed_in()])).get(person.signed_in(), [])]


async def _name(role: UUID) -> str:
    found: str = await value("SELECT name FROM role WHERE id = $1", role)
    return found
