from uuid import UUID

import pytest

from domain.identity.accounts.change_password import ChangePassword, change_password
from domain.identity.errors import SessionEnded
from domain.identity.factors.passkeys import remove_passkey
from domain.identity.factors.totp import confirm_totp, disable_totp, enrol_totp
from domain.identity.sessions.log_in_with_second_factor import SecondFactor, log_in_with_second_factor
from domain.identity.sessions.refresh import refresh_session
from domain.identity.sessions.sessions import Tokens
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.database import value
from domain.shared.viewer import Viewer
from tests.factories.authenticator import Authenticator
from tests.factories.identity import PASSWORD
from tests.factories.open_sessions import session_is_open
from tests.factories.second_factors import Protected, a_user_email, begun, code, logged_in, protected, registered


async def test_the_first_codes_of_an_app_sign_other_devices_out() -> None:
    email = await a_user_email()
    elsewhere, here = await logged_in(email), await logged_in(email)
    viewer = await viewer_from_token(here.access_token)

    await confirm_totp(viewer, code((await enrol_totp(viewer)).secret))

    assert await _open(elsewhere, here) == [False, True]
    assert await value("SELECT ended_reason FROM session WHERE id = $1", elsewhere.session_id) == "factor_added"
    with pytest.raises(SessionEnded):
        await refresh_session(elsewhere.refresh_token)


async def test_the_first_passkey_signs_other_devices_out() -> None:
    email = await a_user_email()
    elsewhere, here = await logged_in(email), await logged_in(email)

    await registered(await viewer_from_token(here.access_token), Authenticator())

    assert await _open(elsewhere, here) == [False, True]


async def test_a_further_factor_leaves_devices_that_showed_one_signed_in() -> None:
    person = await protected()
    elsewhere = await _elsewhere(person)

    await registered(person.viewer, Authenticator())

    assert await _open(elsewhere) == [True]


async def test_switching_codes_off_signs_other_devices_out_and_not_the_present_one() -> None:
    person = await protected()
    elsewhere = await _elsewhere(person)
    await registered(person.viewer, Authenticator())

    await disable_totp(person.viewer)

    assert await _open(elsewhere) == [False]
    assert await session_is_open(_session(person.viewer))


async def test_removing_a_passkey_signs_other_devices_out_and_not_the_present_one() -> None:
    person = await protected()
    elsewhere = await _elsewhere(person)
    passkey = await registered(person.viewer, Authenticator())

    await remove_passkey(person.viewer, passkey.id)

    assert await _open(elsewhere) == [False]
    assert await session_is_open(_session(person.viewer))


async def test_who_set_a_factor_up_may_change_the_password_in_the_same_session() -> None:
    person = await protected()

    changed = await change_password(person.viewer, ChangePassword(PASSWORD, "seven tired badgers"))

    assert changed == person.user_id


async def _elsewhere(person: Protected) -> Tokens:
    attempt = (await begun(person.email)).attempt
    return await log_in_with_second_factor(SecondFactor(attempt, recovery_code=person.recovery_codes[0]))


async def _open(*devices: Tokens) -> list[bool]:
    return [await session_is_open(one.session_id) for one in devices]


def _session(viewer: Viewer) -> UUID:
    assert viewer.session_id is not None
    return viewer.session_id
