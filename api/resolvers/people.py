"""Finding people and keeping them out: for staff."""

from uuid import UUID

import strawberry

from api.access import field, mutation
from api.context import Info
from api.ids import decode
from api.pages import Connection, connection, cursor, identifier, moment, page_size, read_cursor
from api.schema.people import (
    PeopleFilter,
    Person,
    RestorePersonResult,
    SuspendPersonResult,
    SuspensionInput,
    show_person,
)
from domain.identity.access import people as domain
from domain.identity.access.suspend import ChangeSuspension, restore_person, suspend_person
from domain.identity.queries import UserFacts, user
from domain.shared.errors import not_found

_LIST = "people"


@strawberry.type
class PeopleQuery:
    @field("people.read", description="Newest first.")
    async def people(
        self, info: Info, filter: PeopleFilter | None = None, first: int = 20, after: str | None = None
    ) -> Connection[Person]:
        size, key = page_size(first), read_cursor(_LIST, after, (moment, identifier))
        wanted = _filter(filter or PeopleFilter())
        found = await domain.people(
            info.context.viewer, wanted, first=size + 1, after=(key[0], key[1]) if key else None
        )
        nodes = [show_person(one) for one in found]
        return connection(found, size, has_previous=after is not None, cursor_of=_cursor, nodes=nodes)

    @field("people.read")
    async def person(self, info: Info, id: strawberry.ID) -> Person | None:
        found = await domain.person(info.context.viewer, decode("User", id, field="id"))
        return None if found is None else show_person(found)


@strawberry.type
class PeopleMutation:
    @mutation(
        "people.write",
        result=SuspendPersonResult,
        description="Signs them out everywhere within five seconds, and lets them in no more.",
    )
    async def suspend_person(self, info: Info, input: SuspensionInput) -> Person:
        return await _shown(await suspend_person(info.context.viewer, _change(input)))

    @mutation("people.write", result=RestorePersonResult, description="They may sign in again.")
    async def restore_person(self, info: Info, input: SuspensionInput) -> Person:
        return await _shown(await restore_person(info.context.viewer, _change(input)))


def _filter(input: PeopleFilter) -> domain.PeopleFilter:
    supplier_id = input.supplier_id and decode("Supplier", input.supplier_id, field="filter.supplierId")
    return domain.PeopleFilter(input.email, input.role, supplier_id=supplier_id or None, suspended=input.suspended)


def _change(input: SuspensionInput) -> ChangeSuspension:
    person_id = decode("User", input.person_id, field="personId")
    return ChangeSuspension(person_id, input.expected_version, input.idempotency_key)


async def _shown(person_id: UUID) -> Person:
    found = await user(person_id)
    if found is None:
        raise not_found("User", person_id)
    return show_person(found)


def _cursor(facts: UserFacts) -> str:
    return cursor(_LIST, (facts.created_at, facts.id))
