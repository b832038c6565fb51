import pytest

from domain.identity.errors import HoldsMoreRights, NoSecondFactor
from domain.identity.factors.reset_second_factors import ResetSecondFactors, reset_second_factors
from domain.identity.factors.second_factor import factors_of
from domain.shared.database import row, rows, value
from domain.shared.errors import NotAllowed, NotFound, NotSignedIn
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS
from tests.factories.authenticator import Authenticator
from tests.factories.open_sessions import session_is_open
from tests.factories.people import a_person
from tests.factories.second_factors import a_viewer, logged_in, protected, registered


async def test_staff_take_the_factors_of_somebody_who_lost_them_away() -> None:
    staff, person = await a_person("administrator"), await protected()
    await registered(person.viewer, Authenticator())

    await reset_second_factors(staff, ResetSecondFactors(person.user_id))

    assert await factors_of(person.user_id) == await factors_of(new_id())
    assert person.viewer.session_id is not None
    assert not await session_is_open(person.viewer.session_id)
    assert (await logged_in(person.email)).user_id == person.user_id


async def test_it_is_audited_and_told_by_an_event() -> None:
    staff, person = await a_person("administrator"), await protected()

    await reset_second_factors(staff, ResetSecondFactors(person.user_id))

    entry = await row(
        "SELECT actor_id, before::text FROM audit_entry WHERE action = 'resetSecondFactors' AND subject_id = $1",
        person.user_id,
    )
    assert entry is not None
    assert entry["actor_id"] == staff.user_id
    assert "totp" in entry["before"]
    told = await rows(
        "SELECT kind, data->>'method' AS m FROM event WHERE subject_id = $1 ORDER BY serial", person.user_id
    )
    assert [(one["kind"], one["m"]) for one in told] == [("factor.added", "totp"), ("factor.removed", "all")]


async def test_the_same_key_takes_them_away_once() -> None:
    staff, person = await a_person("administrator"), await protected()
    command = ResetSecondFactors(person.user_id, key="once")

    for _ in range(2):
        await reset_second_factors(staff, command)

    told = "SELECT count(*) FROM event WHERE subject_id = $1 AND kind = 'factor.removed'"
    assert await value(told, person.user_id) == 1


@pytest.mark.parametrize("role", ["customer", "support", "analyst"])
async def test_only_who_may_change_people_does_that(role: str) -> None:
    person = await protected()

    with pytest.raises(NotAllowed):
        await reset_second_factors(await a_person(role), ResetSecondFactors(person.user_id))
    with pytest.raises(NotSignedIn):
        await reset_second_factors(ANONYMOUS, ResetSecondFactors(person.user_id))

    assert (await factors_of(person.user_id)).totp


async def test_nobody_does_that_to_somebody_with_more_rights() -> None:
    staff = await a_person("support")
    empowered = type(staff)(user_id=staff.user_id, permissions=staff.permissions | {"people.write"})
    person = await protected(role="administrator")

    with pytest.raises(HoldsMoreRights):
        await reset_second_factors(empowered, ResetSecondFactors(person.user_id))

    assert (await factors_of(person.user_id)).totp


async def test_nobody_does_that_to_themselves() -> None:
    person = await protected(role="administrator")

    with pytest.raises(NotAllowed):
        await reset_second_factors(person.viewer, ResetSecondFactors(person.user_id))


async def test_who_is_unknown_or_has_no_factor_is_told_so() -> None:
    staff = await a_person("administrator")

    with pytest.raises(NotFound):
        await reset_second_factors(staff, ResetSecondFactors(new_id()))
    with pytest.raises(NoSecondFactor):
        await reset_second_factors(staff, ResetSecondFactors((await a_viewer()).signed_in()))
