from collections.abc import Callable

import pytest

from domain.identity.factors.second_factor import satisfied
from domain.identity.factors.totp import confirm_totp, disable_totp, enrol_totp
from domain.identity.sessions.log_in_with_second_factor import SecondFactor, log_in_with_second_factor
from domain.identity.sessions.refresh import refresh_session
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.database import run
from domain.shared.errors import NotAllowed, NotSignedIn, SecondFactorNeeded
from domain.shared.messages import LANGUAGES, message
from domain.shared.viewer import ANONYMOUS
from tests.factories.authenticator import Authenticator
from tests.factories.identity import signed_in
from tests.factories.second_factors import a_viewer, begun, code, protected, registered


@pytest.fixture
def enforced(configure: Callable[..., None]) -> None:
    configure(staff_second_factor=True)


@pytest.mark.parametrize("methods", [(), ("pwd",), ("mail",), ("otp",), ("hwk",), ("pwd", "mail")])
def test_one_factor_is_not_enough(methods: tuple[str, ...]) -> None:
    assert not satisfied(methods)


@pytest.mark.parametrize("methods", [("pwd", "otp", "mfa"), ("hwk", "mfa")])
def test_two_factors_are(methods: tuple[str, ...]) -> None:
    assert satisfied(methods)


@pytest.mark.usefixtures("enforced")
async def test_staff_with_one_factor_may_do_nothing_where_two_are_asked_for() -> None:
    viewer = await viewer_from_token((await signed_in(role="administrator")).access_token)

    assert viewer.permissions == frozenset()
    for check in (viewer.require, viewer.require_somewhere):
        with pytest.raises(SecondFactorNeeded) as refusal:
            check("orders.read")
        assert len({message(refusal.value, language) for language in LANGUAGES}) == 2
    assert viewer.signed_in()


async def test_staff_with_one_factor_may_do_everything_where_one_is_enough() -> None:
    viewer = await viewer_from_token((await signed_in(role="support")).access_token)

    assert viewer.may("orders.read")


@pytest.mark.usefixtures("enforced")
async def test_limited_roles_count_as_staff_too() -> None:
    viewer = await viewer_from_token((await signed_in(role="supplier")).access_token)

    assert (viewer.limits, viewer.needs_second_factor) == ((), True)


@pytest.mark.usefixtures("enforced")
async def test_customers_are_not_asked_for_a_second_factor() -> None:
    viewer = await viewer_from_token((await signed_in()).access_token)

    assert not viewer.needs_second_factor
    with pytest.raises(NotAllowed):
        viewer.require("orders.read")
    with pytest.raises(NotSignedIn):
        ANONYMOUS.require("orders.read")


@pytest.mark.usefixtures("enforced")
async def test_who_enrols_has_their_rights_after_the_next_refresh() -> None:
    tokens = await signed_in(role="support")
    viewer = await viewer_from_token(tokens.access_token)
    await confirm_totp(viewer, code((await enrol_totp(viewer)).secret))

    refreshed = await refresh_session(tokens.refresh_token)

    assert (await viewer_from_token(refreshed.access_token)).may("orders.read")


@pytest.mark.usefixtures("enforced")
async def test_who_registers_a_passkey_has_their_rights_after_the_next_refresh() -> None:
    tokens = await signed_in(role="support")
    await registered(await viewer_from_token(tokens.access_token), Authenticator())

    refreshed = await refresh_session(tokens.refresh_token)

    assert (await viewer_from_token(refreshed.access_token)).may("orders.read")


@pytest.mark.usefixtures("enforced")
async def test_who_logs_in_with_a_second_factor_has_their_rights() -> None:
    person = await protected(role="support")
    command = SecondFactor((await begun(person.email)).attempt, recovery_code=person.recovery_codes[0])

    tokens = await log_in_with_second_factor(command)

    assert (await viewer_from_token(tokens.access_token)).may("orders.read")


@pytest.mark.usefixtures("enforced")
async def test_who_switches_the_last_factor_off_loses_the_rights_in_the_present_session_too() -> None:
    person = await protected(role="support")
    command = SecondFactor((await begun(person.email)).attempt, recovery_code=person.recovery_codes[0])
    tokens = await log_in_with_second_factor(command)

    await disable_totp(await viewer_from_token(tokens.access_token))

    refreshed = await refresh_session(tokens.refresh_token)
    with pytest.raises(SecondFactorNeeded):
        (await viewer_from_token(refreshed.access_token)).require("orders.read")


async def test_guests_and_erased_people_have_no_factors() -> None:
    for change in ("is_guest = TRUE", "erased_at = now()"):
        viewer = await a_viewer()
        await enrol_totp(viewer)
        await run(f"UPDATE users SET {change} WHERE id = $1", viewer.user_id)

        with pytest.raises(NotAllowed):
            await enrol_totp(viewer)
        with pytest.raises(NotAllowed):
            await confirm_totp(viewer, "123456")
