import pytest

from domain.identity.access.suspend import ChangeSuspension, restore_person, suspend_person
from domain.identity.errors import HoldsMoreRights, SessionEnded, WrongCredentials
from domain.identity.sessions import cutoffs
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.refresh import refresh_session
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.database import value
from domain.shared.errors import NotAllowed, NotFound, NotSignedIn, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS
from tests.factories.identity import PASSWORD, a_user, an_email
from tests.factories.people import a_person
from tests.factories.roles import a_person_with, facts_of


@pytest.fixture(autouse=True)
def _cutoffs_are_read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutoffs, "REFRESH_SECONDS", 0.0)


async def test_somebody_suspended_can_neither_log_in_nor_refresh_nor_use_a_token() -> None:
    email = an_email()
    person_id = await a_user(email=email)
    tokens = await log_in(LogIn(email=email, password=PASSWORD))

    await suspend_person(await a_person("administrator"), ChangeSuspension(person_id))

    with pytest.raises(SessionEnded):
        await viewer_from_token(tokens.access_token)
    with pytest.raises(SessionEnded):
        await refresh_session(tokens.refresh_token)
    with pytest.raises(WrongCredentials):
        await log_in(LogIn(email=email, password=PASSWORD))
    assert await value("SELECT ended_reason FROM session WHERE id = $1", tokens.session_id) == "suspended"


async def test_somebody_restored_logs_in_again_and_the_old_devices_stay_out() -> None:
    email, administrator = an_email(), await a_person("administrator")
    person_id = await a_user(email=email, role="support")
    tokens = await log_in(LogIn(email=email, password=PASSWORD))
    await suspend_person(administrator, ChangeSuspension(person_id))

    await restore_person(administrator, ChangeSuspension(person_id, expected_version=2))

    again = await log_in(LogIn(email=email, password=PASSWORD))
    assert (await viewer_from_token(again.access_token)).may("orders.read")
    with pytest.raises(SessionEnded):
        await refresh_session(tokens.refresh_token)


async def test_again_changes_nothing() -> None:
    administrator, person = await a_person("administrator"), await a_person()
    change = ChangeSuspension(person.signed_in())

    for use_case in (suspend_person, suspend_person, restore_person, restore_person):
        await use_case(administrator, change)

    kinds = await value("SELECT array_agg(kind ORDER BY serial) FROM event WHERE subject_id = $1", person.user_id)
    assert kinds == ["user.suspended", "user.restored"]
    assert (await facts_of(person)).version == 3


async def test_nobody_suspends_or_restores_somebody_who_holds_more() -> None:
    weaker = await a_person_with("people.write", "people.read", "orders.read")
    stronger = await a_person("support", channel="main")

    for use_case in (suspend_person, restore_person):
        with pytest.raises(HoldsMoreRights) as refused:
            await use_case(weaker, ChangeSuspension(stronger.signed_in()))
        assert refused.value.permissions == (
            "orders.cancel",
            "orders.return",
            "reviews.moderate",
            "roles.read",
            "suppliers.read",
        )


async def test_who_may_not_read_people_is_not_told_which_rights_somebody_holds() -> None:
    weaker, stronger = await a_person_with("people.write"), await a_person("support")

    for use_case in (suspend_person, restore_person):
        with pytest.raises(HoldsMoreRights) as refused:
            await use_case(weaker, ChangeSuspension(stronger.signed_in()))
        assert refused.value.permissions == ()


async def test_somebody_suspended_keeps_their_rights_for_who_would_restore_them() -> None:
    administrator, person = await a_person("administrator"), await a_person("finance")
    await suspend_person(administrator, ChangeSuspension(person.signed_in()))

    with pytest.raises(HoldsMoreRights):
        await restore_person(await a_person_with("people.write"), ChangeSuspension(person.signed_in()))


async def test_a_stale_change_is_refused() -> None:
    with pytest.raises(StaleVersion) as refused:
        await suspend_person(
            await a_person("administrator"), ChangeSuspension((await a_person()).signed_in(), expected_version=7)
        )

    assert (refused.value.expected, refused.value.current) == (7, 1)


async def test_nobody_unknown_is_suspended_and_nobody_without_the_right_suspends() -> None:
    someone = ChangeSuspension((await a_person()).signed_in())

    for viewer, change, refusal in (
        (await a_person("administrator"), ChangeSuspension(new_id()), NotFound),
        (await a_person("support"), someone, NotAllowed),
        (await a_person("administrator", channel="main"), someone, NotAllowed),
        (ANONYMOUS, someone, NotSignedIn),
    ):
        with pytest.raises(refusal):
            await suspend_person(viewer, change)
