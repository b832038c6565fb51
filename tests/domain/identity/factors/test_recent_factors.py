from datetime import timedelta

import pytest

from domain.identity.accounts.reset_password import ResetPassword, request_password_reset, reset_password
from domain.identity.errors import PasskeyRefused, SecondFactorRequired
from domain.identity.factors.begin_passkey import begin_passkey_log_in
from domain.identity.factors.passkey_assertions import PasskeyResponse
from domain.identity.factors.recent_factors import DOUBTFUL
from domain.identity.factors.second_factor import factors_of
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.log_in_with_passkey import log_in_with_passkey
from domain.shared.clock import clock_at, now
from domain.shared.database import row, rows, value
from domain.shared.viewer import ANONYMOUS
from tests.factories.accounts import hash_of
from tests.factories.authenticator import Authenticator
from tests.factories.identity import an_email
from tests.factories.mail import body_of, mails_about, token_in
from tests.factories.second_factors import a_viewer, protected, registered

NEW = "seven tired badgers"


async def test_a_reset_puts_out_who_added_a_passkey_by_the_old_password_and_lets_the_owner_in() -> None:
    email, stolen = an_email(), Authenticator()
    intruder = await a_viewer(email=email)
    await registered(intruder, stolen)

    await _reset(email)

    assert (await log_in(LogIn(email=email, password=NEW))).user_id == intruder.user_id
    asked = await begin_passkey_log_in()
    with pytest.raises(PasskeyRefused):
        await log_in_with_passkey(PasskeyResponse(asked.challenge_id, stolen.get(asked.options)))


async def test_codes_and_recovery_codes_that_are_new_go_too() -> None:
    person = await protected()

    await _reset(person.email)

    assert (await factors_of(person.user_id)).methods == ()
    assert await value("SELECT count(*) FROM recovery_code WHERE user_id = $1", person.user_id) == 0


async def test_older_factors_stay_with_their_recovery_codes_and_only_the_new_one_goes() -> None:
    with clock_at(now() - DOUBTFUL - timedelta(minutes=1)):
        person = await protected()
    with clock_at(now() - DOUBTFUL - timedelta(seconds=30)):
        await registered(person.viewer, Authenticator(), "Old")
    with clock_at(now() - DOUBTFUL + timedelta(seconds=30)):
        await registered(person.viewer, Authenticator(), "New")

    await _reset(person.email)

    left = await factors_of(person.user_id)
    assert (left.totp, left.passkeys, left.recovery_codes) == (True, 1, 10)
    with pytest.raises(SecondFactorRequired):
        await log_in(LogIn(email=person.email, password=NEW))


async def test_it_is_audited_and_told_by_an_event_and_a_mail() -> None:
    person = await protected()

    await _reset(person.email)

    audited = await row(
        "SELECT before::text FROM audit_entry WHERE action = 'removeRecentFactors' AND subject_id = $1", person.user_id
    )
    told = await rows("SELECT kind FROM event WHERE subject_id = $1 ORDER BY serial", person.user_id)
    (mail,) = await mails_about(person.user_id, "factor.removed")
    assert audited is not None
    assert "totp" in audited["before"]
    assert [one["kind"] for one in told] == ["factor.added", "factor.removed", "user.password_changed"]
    assert "a new password was chosen by mail within seven days" in " ".join(body_of(mail).split())


async def test_who_had_none_is_told_nothing() -> None:
    email = an_email()
    user_id = (await a_viewer(email=email)).signed_in()

    await _reset(email)

    assert await value("SELECT count(*) FROM event WHERE subject_id = $1 AND kind = 'factor.removed'", user_id) == 0


async def _reset(email: str) -> None:
    """By the mailed link, as the owner of the mailbox does it."""
    await request_password_reset(ANONYMOUS, email)
    link_id = await value(
        "SELECT id FROM mail_link WHERE email_hash = $1 AND purpose = 'reset_password'", await hash_of(email)
    )
    (mail,) = await mails_about(link_id, "password_reset.requested")
    await reset_password(ResetPassword(token_in(mail), NEW))
