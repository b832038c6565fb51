import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain.identity.accounts.reset_password import ResetPassword, request_password_reset, reset_password
from domain.identity.errors import LinkInvalid, SessionEnded, TooManyAttempts, WrongCredentials
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.refresh import refresh_session
from domain.shared.clock import clock_at, now
from domain.shared.database import row, rows, run, value
from domain.shared.errors import InvalidInput
from domain.shared.settings import Settings
from domain.shared.viewer import ANONYMOUS
from tests.factories.accounts import a_registration, hash_of
from tests.factories.identity import PASSWORD, a_user, an_email
from tests.factories.mail import body_of, mails_about, token_in
from tests.factories.open_sessions import session_is_open
from tests.statements import counted_statements

NEW = "seven tired badgers"


async def test_a_new_password_takes_the_place_of_the_old_one() -> None:
    email = an_email()
    user_id = await a_user(email=email)

    changed = await reset_password(ResetPassword(await _mailed_token(email.upper()), NEW))

    assert changed == user_id
    assert (await log_in(LogIn(email=email, password=NEW))).user_id == user_id
    with pytest.raises(WrongCredentials):
        await log_in(LogIn(email=email, password=PASSWORD))


async def test_every_device_is_signed_out() -> None:
    email = an_email()
    await a_user(email=email)
    devices = [await log_in(LogIn(email=email, password=PASSWORD)) for _ in range(2)]

    await reset_password(ResetPassword(await _mailed_token(email), NEW))

    assert [await session_is_open(one.session_id) for one in devices] == [False, False]
    with pytest.raises(SessionEnded):
        await refresh_session(devices[0].refresh_token)


async def test_whatever_a_stranger_left_open_is_void() -> None:
    email = an_email()
    user_id = await a_user(email=email)
    first, second = await _mailed_token(email), await _mailed_token(email)
    await run(
        """INSERT INTO email_change (id, user_id, old_email_sealed, new_email_hash, new_email_sealed, created_at)
           VALUES (gen_random_uuid(), $1, '', '', '', now())""",
        user_id,
    )
    await run(
        """INSERT INTO log_in_attempt (id, user_id, failures, code_failures, created_at, expires_at)
           VALUES (gen_random_uuid(), $1, 0, 0, now(), now() + interval '5 minutes')""",
        user_id,
    )

    await reset_password(ResetPassword(second, NEW))

    assert await value("SELECT count(*) FROM email_change WHERE user_id = $1", user_id) == 0
    assert await value("SELECT used_at IS NOT NULL FROM log_in_attempt WHERE user_id = $1", user_id)
    with pytest.raises(LinkInvalid):
        await reset_password(ResetPassword(first, NEW))


async def test_second_factors_of_long_ago_stay() -> None:
    email = an_email()
    user_id = await a_user(email=email)
    await run(
        """INSERT INTO totp (id, user_id, secret_sealed, last_step, failures, created_at, confirmed_at)
           VALUES (gen_random_uuid(), $1, '', 0, 0, now() - interval '8 days', now() - interval '8 days')""",
        user_id,
    )

    await reset_password(ResetPassword(await _mailed_token(email), NEW))

    assert await value("SELECT confirmed_at IS NOT NULL FROM totp WHERE user_id = $1", user_id)


async def test_a_link_works_once_also_for_two_at_once() -> None:
    email = an_email()
    await a_user(email=email)
    token = await _mailed_token(email)

    outcomes = await asyncio.gather(
        *(reset_password(ResetPassword(token, f"{NEW} {number}")) for number in range(4)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["LinkInvalid"] * 3 + ["UUID"]


async def test_two_links_at_once_let_one_password_win() -> None:
    email = an_email()
    await a_user(email=email)
    tokens = [await _mailed_token(email) for _ in range(3)]

    outcomes = await asyncio.gather(
        *(reset_password(ResetPassword(token, f"{NEW} {number}")) for number, token in enumerate(tokens)),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["LinkInvalid"] * 2 + ["UUID"]


async def test_a_password_that_is_refused_leaves_the_link_usable() -> None:
    email = an_email()
    await a_user(email=email)
    token = await _mailed_token(email)

    with pytest.raises(InvalidInput) as refusal:
        await reset_password(ResetPassword(token, "anna schmidt"))
    await reset_password(ResetPassword(token, NEW))

    assert (refusal.value.field, refusal.value.rule) == ("newPassword", "strength")


async def test_a_link_ends_after_an_hour_and_one_for_something_else_is_none() -> None:
    email = an_email()
    await a_user(email=email)
    token = await _mailed_token(email)
    (other,) = await mails_about(await a_registration(), "registration.started")

    with clock_at(now() + timedelta(hours=1)), pytest.raises(LinkInvalid):
        await reset_password(ResetPassword(token, NEW))
    with pytest.raises(LinkInvalid):
        await reset_password(ResetPassword(token_in(other), NEW))


async def test_suspended_people_get_no_mail_and_stay_outside() -> None:
    email = an_email()
    user_id = await a_user(email=email)
    token = await _mailed_token(email)
    await run("UPDATE users SET suspended_at = now() WHERE id = $1", user_id)

    await request_password_reset(ANONYMOUS, email)

    assert await mails_about(await _newest_link(email), "password_reset.requested") == []
    with pytest.raises(LinkInvalid):
        await reset_password(ResetPassword(token, NEW))


async def test_a_known_and_an_unknown_address_run_the_same_statements(shop: Settings) -> None:
    known = an_email()
    await a_user(email=known)

    async with counted_statements(shop) as for_known:
        await request_password_reset(ANONYMOUS, known)
    async with counted_statements(shop) as for_unknown:
        await request_password_reset(ANONYMOUS, an_email())

    assert for_known == for_unknown
    assert len(for_known) >= 5


async def test_an_address_without_an_account_gets_no_mail() -> None:
    email = an_email()
    await request_password_reset(ANONYMOUS, email)

    assert await mails_about(await _newest_link(email), "password_reset.requested") == []


async def test_one_address_is_sent_so_many_mails_and_no_more() -> None:
    email = an_email()
    for _ in range(5):
        await request_password_reset(ANONYMOUS, email)

    with pytest.raises(TooManyAttempts):
        await request_password_reset(ANONYMOUS, email)


async def test_the_owner_is_told_and_the_audit_log_says_so() -> None:
    email = an_email()
    user_id = await a_user(email=email)
    await reset_password(ResetPassword(await _mailed_token(email), NEW))

    (mail,) = await mails_about(user_id, "user.password_changed")

    assert mail["To"].addresses[0].addr_spec == email
    assert "/forgot-password" in body_of(mail)
    entry = await row("SELECT actor_id FROM audit_entry WHERE subject_id = $1 AND action = 'resetPassword'", user_id)
    assert entry is not None
    assert entry["actor_id"] == user_id


async def test_nothing_of_the_address_is_stored_in_the_open() -> None:
    email = an_email()
    await request_password_reset(ANONYMOUS, email)

    link_id = await _newest_link(email)
    stored = await rows(
        """SELECT mail_link::text FROM mail_link WHERE id = $1 UNION ALL SELECT event::text FROM event WHERE subject_id = $1
           UNION ALL SELECT audit_entry::text FROM audit_entry WHERE subject_id = $1""",
        link_id,
    )

    assert len(stored) == 3
    assert not any(email in one[0] for one in stored)


async def _mailed_token(email: str) -> str:
    await request_password_reset(ANONYMOUS, email)
    (mail,) = await mails_about(await _newest_link(email), "password_reset.requested")
    return token_in(mail)


async def _newest_link(email: str) -> UUID:
    found: UUID = await value(
        "SELECT id FROM mail_link WHERE email_hash = $1 AND purpose = 'reset_password' ORDER BY created_at DESC, id DESC",
        await hash_of(email),
    )
    return found
