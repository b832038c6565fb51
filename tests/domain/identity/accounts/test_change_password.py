import asyncio

import pytest

from domain.identity.accounts.change_password import ChangePassword, change_password
from domain.identity.errors import TooManyAttempts, WrongCredentials
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.sessions import Tokens
from domain.shared.database import run, value
from domain.shared.errors import InvalidInput, NotAllowed, NotSignedIn, SecondFactorNeeded
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS, Viewer
from tests.factories.identity import PASSWORD, a_user, an_email
from tests.factories.open_sessions import session_is_open
from tests.factories.people import a_person
from tests.factories.second_factors import protected

NEW = "seven tired badgers"


async def test_the_device_stays_signed_in_and_the_others_are_signed_out() -> None:
    email = an_email()
    user_id = await a_user(email=email)
    here, elsewhere = [await log_in(LogIn(email=email, password=PASSWORD)) for _ in range(2)]

    changed = await change_password(_viewer(here), ChangePassword(PASSWORD, NEW))

    assert changed == user_id
    assert [await session_is_open(one.session_id) for one in (here, elsewhere)] == [True, False]
    assert (await log_in(LogIn(email=email, password=NEW))).user_id == user_id


async def test_who_has_a_second_factor_must_have_shown_one_in_this_session() -> None:
    person = await protected()
    await run("UPDATE session SET methods = '[\"pwd\"]' WHERE id = $1", person.viewer.session_id)

    with pytest.raises(SecondFactorNeeded):
        await change_password(person.viewer, ChangePassword(PASSWORD, NEW))

    await run('UPDATE session SET methods = \'["pwd", "otp", "mfa"]\' WHERE id = $1', person.viewer.session_id)
    assert await change_password(person.viewer, ChangePassword(PASSWORD, NEW)) == person.user_id


async def test_a_wrong_current_password_changes_nothing_and_is_counted() -> None:
    user_id = await a_user()
    before = await value("SELECT password_hash FROM users WHERE id = $1", user_id)

    for wrong in ("", "x" * 1_000_000, *(f"not it {number}" for number in range(8))):
        with pytest.raises(WrongCredentials):
            await change_password(Viewer(user_id=user_id), ChangePassword(wrong, NEW))
    with pytest.raises(TooManyAttempts):
        await change_password(Viewer(user_id=user_id), ChangePassword(PASSWORD, NEW))

    assert await value("SELECT password_hash FROM users WHERE id = $1", user_id) == before


async def test_of_two_changes_at_once_one_wins() -> None:
    user_id = await a_user()

    outcomes = await asyncio.gather(
        *(change_password(Viewer(user_id=user_id), ChangePassword(PASSWORD, f"{NEW} {one}")) for one in range(3)),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["UUID", "WrongCredentials", "WrongCredentials"]


async def test_a_weak_password_is_refused_by_its_field() -> None:
    user_id = await a_user()

    with pytest.raises(InvalidInput) as refusal:
        await change_password(Viewer(user_id=user_id), ChangePassword(PASSWORD, "password"))

    assert (refusal.value.field, refusal.value.rule) == ("newPassword", "strength")


async def test_people_without_a_password_are_refused_like_those_with_a_wrong_one() -> None:
    with pytest.raises(WrongCredentials):
        await change_password(await a_person(), ChangePassword(PASSWORD, NEW))


async def test_only_a_person_who_is_signed_in_changes_a_password() -> None:
    with pytest.raises(NotSignedIn):
        await change_password(ANONYMOUS, ChangePassword(PASSWORD, NEW))
    with pytest.raises(NotAllowed):
        await change_password(Viewer(application_id=new_id()), ChangePassword(PASSWORD, NEW))


def _viewer(tokens: Tokens) -> Viewer:
    return Viewer(user_id=tokens.user_id, session_id=tokens.session_id)
