from datetime import datetime
from uuid import UUID

import pytest

from domain.identity.access.people import PeopleFilter, people, person
from domain.identity.email_lookup import email_hash
from domain.identity.queries import UserFacts
from domain.shared.database import run
from domain.shared.errors import NotAllowed, NotSignedIn
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS
from tests.factories.identity import a_user, an_email
from tests.factories.people import a_person, a_supplier, grant


async def test_somebody_is_found_by_the_whole_address_however_it_is_written() -> None:
    email = an_email()
    wanted = await a_user(email=email)

    assert await _found(PeopleFilter(email=email.upper())) == [wanted]
    assert await _found(PeopleFilter(email=email[:-1])) == []
    assert await _found(PeopleFilter(email="not an address")) == []


async def test_a_guest_is_found_by_the_address_that_they_gave() -> None:
    guest, email = await a_person(), an_email()
    await run(
        "UPDATE users SET is_guest = TRUE, contact_hash = $2 WHERE id = $1", guest.user_id, await email_hash(email)
    )

    assert await _found(PeopleFilter(email=email)) == [guest.user_id]


async def test_people_are_found_by_role_and_supplier_however_limited_and_each_once() -> None:
    supplier_id = await a_supplier()
    member, other = await a_person("supplier", supplier_id=supplier_id), await a_person("support")
    await grant(member.signed_in(), "support", supplier_id=supplier_id, channel="main")

    assert await _found(PeopleFilter(supplier_id=supplier_id)) == [member.user_id]
    assert (await _found(PeopleFilter(role="support")))[:2] == [other.user_id, member.user_id]
    assert await _found(PeopleFilter(role="analyst", supplier_id=supplier_id)) == []


async def test_people_are_found_by_whether_they_are_suspended() -> None:
    kept, suspended = await a_person(), await a_person()
    await run("UPDATE users SET suspended_at = now() WHERE id = $1", suspended.user_id)

    assert suspended.user_id in await _found(PeopleFilter(suspended=True))
    assert kept.user_id not in await _found(PeopleFilter(suspended=True))
    assert suspended.user_id not in await _found(PeopleFilter(suspended=False))


async def test_pages_follow_each_other_without_a_gap() -> None:
    support = await a_person("support")
    made = [(await a_person()).user_id for _ in range(5)]

    seen, after = list[UUID](), None
    while len(seen) < 5:
        page = await people(support, PeopleFilter(), first=2, after=after)
        seen += [one.id for one in page]
        after = _key(page[-1])

    assert seen[:5] == made[::-1]


async def test_only_who_may_read_of_everybody_finds_people() -> None:
    limited = await a_person("support", channel="main")

    for viewer, refusal in ((limited, NotAllowed), (await a_person(), NotAllowed), (ANONYMOUS, NotSignedIn)):
        with pytest.raises(refusal):
            await people(viewer, PeopleFilter(), first=1, after=None)
        with pytest.raises(refusal):
            await person(viewer, new_id())


async def _found(wanted: PeopleFilter) -> list[UUID]:
    return [one.id for one in await people(await a_person("administrator"), wanted, first=100, after=None)]


def _key(facts: UserFacts) -> tuple[datetime, UUID]:
    return facts.created_at, facts.id
