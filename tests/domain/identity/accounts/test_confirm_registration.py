import asyncio

import pytest

from domain.identity.accounts.confirm_registration import ConfirmEmail, confirm_email
from domain.identity.accounts.mail_links import LIFETIMES
from domain.identity.accounts.sign_up import sign_up
from domain.identity.errors import LinkInvalid, WrongCredentials
from domain.identity.queries import user
from domain.identity.sessions.log_in import LogIn, log_in
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, value
from domain.shared.errors import InvalidInput
from domain.shared.viewer import ANONYMOUS
from tests.factories.accounts import a_registration, a_sign_up, confirmation_token, hash_of, registration_of
from tests.factories.identity import PASSWORD, an_email


async def test_who_confirms_is_a_customer_and_logs_in() -> None:
    email = an_email()
    registration_id = await a_registration(
        email=email.replace("anna", "Anna"), name=" Li Lei ", language="zh-Hans", currency="CNY", country="CN"
    )

    user_id = await confirm_email(ConfirmEmail(await confirmation_token(registration_id), PASSWORD))

    known = await user(user_id)
    assert known is not None
    assert (known.email, known.name) == (email.replace("anna", "Anna"), "Li Lei")
    assert (known.language, known.currency, known.country, known.grants) == ("zh-Hans", "CNY", "CN", ())
    assert (await log_in(LogIn(email=email, password=PASSWORD))).user_id == user_id == registration_id


async def test_the_link_alone_makes_no_account_of_a_password_that_a_stranger_chose() -> None:
    registration_id = await a_registration(password="a stranger's passphrase 7")
    token = await confirmation_token(registration_id)

    with pytest.raises(WrongCredentials):
        await confirm_email(ConfirmEmail(token, "what the owner would choose"))
    with pytest.raises(WrongCredentials):
        await confirm_email(ConfirmEmail(token, ""))

    assert await user(registration_id) is None


async def test_a_link_is_good_once() -> None:
    registration_id = await a_registration()
    token = await confirmation_token(registration_id)
    await confirm_email(ConfirmEmail(token, PASSWORD))

    with pytest.raises(LinkInvalid):
        await confirm_email(ConfirmEmail(token, PASSWORD))

    assert await value("SELECT count(*) FROM registration WHERE id = $1", registration_id) == 0


async def test_the_same_link_twice_at_once_makes_one_account() -> None:
    registration_id = await a_registration()
    command = ConfirmEmail(await confirmation_token(registration_id), PASSWORD)

    outcomes = await asyncio.gather(*(confirm_email(command) for _ in range(4)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["LinkInvalid"] * 3 + ["UUID"]


async def test_of_two_sign_ups_with_one_address_confirmed_at_once_one_wins() -> None:
    email = an_email()
    ids = [await a_registration(email=one) for one in (email, email.upper(), email)]
    commands = [ConfirmEmail(await confirmation_token(one), PASSWORD) for one in ids]

    outcomes = await asyncio.gather(*map(confirm_email, commands), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["LinkInvalid"] * 2 + ["UUID"]
    assert await value("SELECT count(*) FROM users WHERE email_hash = $1", await hash_of(email)) == 1


async def test_a_link_that_has_expired_is_refused() -> None:
    registration_id = await a_registration()
    token = await confirmation_token(registration_id)

    with clock_at(now() + LIFETIMES["confirm_registration"]), pytest.raises(LinkInvalid):
        await confirm_email(ConfirmEmail(token, PASSWORD))


async def test_the_account_is_told_of_in_the_audit_log_and_by_an_event() -> None:
    registration_id = await a_registration()
    await confirm_email(ConfirmEmail(await confirmation_token(registration_id), PASSWORD))

    actions = await rows("SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY serial", registration_id)
    events = await rows("SELECT kind FROM event WHERE subject_id = $1 ORDER BY serial", registration_id)

    assert [one["action"] for one in actions] == ["signUp", "confirmEmail"]
    assert [one["kind"] for one in events] == ["registration.started", "user.signed_up"]


async def test_the_key_of_a_sign_up_stays_good_when_it_is_confirmed() -> None:
    command = a_sign_up(key=an_email())
    await sign_up(ANONYMOUS, command)
    registration_id = await registration_of(command.email)
    await confirm_email(ConfirmEmail(await confirmation_token(registration_id), PASSWORD))

    await sign_up(ANONYMOUS, command)

    assert await value("SELECT count(*) FROM registration WHERE email_hash = $1", await hash_of(command.email)) == 0


async def test_a_weak_password_never_gets_so_far() -> None:
    with pytest.raises(InvalidInput) as refusal:
        await a_registration(password="anna schmidt")

    assert (refusal.value.field, refusal.value.rule) == ("password", "strength")
