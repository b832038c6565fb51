import asyncio
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.identity.accounts.passwords import hash_password
from domain.identity.errors import LogInAttemptEnded, PasskeyRefused, SecondFactorRequired, TooManyAttempts, WrongCode
from domain.identity.factors.begin_passkey import begin_passkey_log_in, begin_passkey_registration
from domain.identity.factors.passkey_assertions import PasskeyResponse
from domain.identity.sessions.log_in_with_second_factor import SecondFactor, log_in_with_second_factor
from domain.identity.sessions.sessions import Tokens
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, value
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id
from domain.shared.messages import LANGUAGES, message
from tests.factories.authenticator import Authenticator
from tests.factories.identity import an_email
from tests.factories.second_factors import a_viewer, begun, logged_in, moment, protected, registered


async def test_who_has_a_second_factor_gets_no_tokens_for_the_password() -> None:
    person = await protected()
    sessions = await _sessions(person.user_id)

    with pytest.raises(SecondFactorRequired) as required:
        await logged_in(person.email)

    assert required.value.methods == ("totp", "recovery_code")
    assert await _sessions(person.user_id) == sessions
    assert required.value.attempt not in str(required.value) + repr(required.value)


async def test_the_code_of_the_app_opens_a_session_that_showed_two_factors() -> None:
    person = await protected()

    tokens = await _with_code(person.email, person.code())

    viewer = await viewer_from_token(tokens.access_token)
    assert viewer.user_id == person.user_id
    methods = await value("SELECT methods::text FROM session WHERE id = $1", tokens.session_id)
    assert methods == '["pwd", "otp", "mfa"]'


async def test_a_code_works_once() -> None:
    person = await protected()
    used = person.code()
    await _with_code(person.email, used)

    with pytest.raises(WrongCode) as refusal:
        await _with_code(person.email, used)

    assert refusal.value.field == "code"
    assert len({message(refusal.value, language) for language in LANGUAGES}) == 2


async def test_the_code_that_switched_codes_on_logs_nobody_in() -> None:
    with clock_at(moment()):
        person = await protected()

        with pytest.raises(WrongCode):
            await _with_code(person.email, person.code(0))


async def test_of_the_same_code_twice_at_once_one_logs_in() -> None:
    person = await protected()
    attempts = [(await begun(person.email)).attempt for _ in range(5)]
    right = person.code()

    outcomes = await asyncio.gather(
        *(log_in_with_second_factor(SecondFactor(attempt=one, code=right)) for one in attempts), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["Tokens"] + ["WrongCode"] * 4


async def test_of_one_attempt_twice_at_once_one_logs_in() -> None:
    person = await protected()
    attempt = (await begun(person.email)).attempt
    commands = [SecondFactor(attempt=attempt, recovery_code=one) for one in person.recovery_codes[:4]]

    outcomes = await asyncio.gather(*map(log_in_with_second_factor, commands), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["LogInAttemptEnded"] * 3 + ["Tokens"]


async def test_an_earlier_code_is_no_good_after_a_later_one() -> None:
    with clock_at(moment()):
        person = await protected()
        await _with_code(person.email, person.code(1))

    with clock_at(moment() + timedelta(seconds=30)):
        with pytest.raises(WrongCode):
            await _with_code(person.email, person.code(0))
        assert await _with_code(person.email, person.code(1))


@pytest.mark.parametrize("steps", [-2, 2])
async def test_a_code_of_a_clock_that_is_too_far_off_is_wrong(steps: int) -> None:
    with clock_at(moment() - timedelta(minutes=10)):
        person = await protected()

    with clock_at(moment()), pytest.raises(WrongCode):
        await _with_code(person.email, person.code(steps))


@pytest.mark.parametrize("steps", [-1, 0, 1])
async def test_a_code_of_a_clock_that_is_a_little_off_is_right(steps: int) -> None:
    with clock_at(moment() - timedelta(minutes=10)):
        person = await protected()

    with clock_at(moment()):
        assert await _with_code(person.email, person.code(steps))


async def test_the_code_of_somebody_else_is_wrong() -> None:
    mine, other = await protected(), await protected()

    with pytest.raises(WrongCode):
        await _with_code(mine.email, other.code())

    assert await _with_code(other.email, other.code())


async def test_after_five_wrong_codes_the_attempt_is_over_for_the_right_one_too() -> None:
    person = await protected()
    attempt = (await begun(person.email)).attempt

    for _ in range(5):
        with pytest.raises(WrongCode):
            await log_in_with_second_factor(SecondFactor(attempt=attempt, code=_wrong(person.code())))

    with pytest.raises(LogInAttemptEnded):
        await log_in_with_second_factor(SecondFactor(attempt=attempt, code=person.code()))


@pytest.mark.parametrize("redis", ["there", "gone"])
async def test_after_five_wrong_codes_none_is_looked_at_whatever_the_attempt(
    redis: str, monkeypatch: pytest.MonkeyPatch, configure: Callable[..., None]
) -> None:
    if redis == "gone":
        monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
        configure()
    person = await protected()
    attempts = [(await begun(person.email)).attempt for _ in range(6)]

    outcomes: list[Tokens | BaseException] = []
    for attempt in attempts:
        tried = log_in_with_second_factor(SecondFactor(attempt=attempt, code=_wrong(person.code())))
        outcomes += await asyncio.gather(tried, return_exceptions=True)

    assert [type(one).__name__ for one in outcomes] == ["WrongCode"] * 5 + ["TooManyAttempts"]
    with pytest.raises(TooManyAttempts) as refusal:
        await _with_code(person.email, person.code())
    assert 0 < refusal.value.retry_after_seconds <= 3600


async def test_codes_guessed_at_once_in_many_attempts_are_five_too() -> None:
    person = await protected()
    attempts = [(await begun(person.email)).attempt for _ in range(9)]
    guesses = [SecondFactor(attempt=one, code=_wrong(person.code())) for one in attempts]
    for guess in guesses[:3]:
        with pytest.raises(WrongCode):
            await log_in_with_second_factor(guess)

    outcomes = await asyncio.gather(*map(log_in_with_second_factor, guesses), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["TooManyAttempts"] * 7 + ["WrongCode"] * 2


async def test_who_is_attacked_by_guessed_codes_still_gets_in_by_a_recovery_code_and_later_by_codes() -> None:
    person = await protected()
    attempt = (await begun(person.email)).attempt
    for _ in range(5):
        with pytest.raises(WrongCode):
            await log_in_with_second_factor(SecondFactor(attempt=attempt, code=_wrong(person.code())))

    recovered = SecondFactor(attempt=(await begun(person.email)).attempt, recovery_code=person.recovery_codes[0])
    assert await log_in_with_second_factor(recovered)
    with clock_at(now() + timedelta(minutes=61)):
        assert await _with_code(person.email, person.code())


async def test_wrong_recovery_codes_and_passkeys_end_an_attempt_and_lock_no_codes() -> None:
    person = await protected()
    attempt = (await begun(person.email)).attempt
    wrong = SecondFactor(attempt, recovery_code="2" * 10)
    unknown = SecondFactor(attempt, passkey=PasskeyResponse(new_id(), "{}"))

    for command, refusal in ((wrong, WrongCode), (wrong, WrongCode), (wrong, WrongCode), (unknown, PasskeyRefused)):
        with pytest.raises(refusal):
            await log_in_with_second_factor(command)
    with pytest.raises(WrongCode):
        await log_in_with_second_factor(wrong)

    with pytest.raises(LogInAttemptEnded):
        await log_in_with_second_factor(SecondFactor(attempt, code=person.code()))
    assert await _with_code(person.email, person.code())


async def test_every_wrong_try_is_audited() -> None:
    person = await protected()

    with pytest.raises(WrongCode):
        await _with_code(person.email, _wrong(person.code()))

    audited = await rows("SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY serial", person.user_id)
    assert audited[-1]["action"] == "failSecondFactor"


async def test_an_attempt_lives_five_minutes_and_leads_to_one_log_in() -> None:
    person = await protected()
    used = SecondFactor(attempt=(await begun(person.email)).attempt, recovery_code=person.recovery_codes[0])
    late = SecondFactor(attempt=(await begun(person.email)).attempt, recovery_code=person.recovery_codes[1])

    await log_in_with_second_factor(used)

    with pytest.raises(LogInAttemptEnded):
        await log_in_with_second_factor(used)
    with clock_at(now() + timedelta(minutes=5)), pytest.raises(LogInAttemptEnded):
        await log_in_with_second_factor(late)
    assert await log_in_with_second_factor(late)


@pytest.mark.parametrize("change", ["id", "proof", "cut", "text", "long", "empty"])
async def test_an_attempt_that_was_not_given_here_leads_nowhere(change: str) -> None:
    person = await protected()
    given = (await begun(person.email)).attempt
    other = {
        "id": new_id().hex + given[32:],
        "proof": given[:-1] + ("0" if given[-1] != "0" else "1"),
        "cut": given[:-1],
        "text": "half\ud800 a pair",
        "long": "f" * 1_000_000,
        "empty": "",
    }[change]

    with pytest.raises(LogInAttemptEnded):
        await log_in_with_second_factor(SecondFactor(attempt=other, code=person.code()))
    with pytest.raises(LogInAttemptEnded):
        await begin_passkey_log_in(other)


@pytest.mark.parametrize("column", ["suspended_at", "erased_at"])
async def test_who_was_suspended_or_erased_meanwhile_does_not_get_in(column: str) -> None:
    person = await protected()
    attempt = (await begun(person.email)).attempt
    await run(f"UPDATE users SET {column} = now() WHERE id = $1", person.user_id)

    with pytest.raises(LogInAttemptEnded):
        await log_in_with_second_factor(SecondFactor(attempt=attempt, code=person.code()))


async def test_a_new_password_ends_attempts_that_the_old_one_began() -> None:
    person = await protected()
    attempt = (await begun(person.email)).attempt
    changed = await hash_password("gorbulonka tive")
    await run("UPDATE users SET password_hash = $2 WHERE id = $1", person.user_id, changed)

    with pytest.raises(LogInAttemptEnded):
        await log_in_with_second_factor(SecondFactor(attempt=attempt, code=person.code()))


@pytest.mark.parametrize("command", [SecondFactor(""), SecondFactor("", code="123456", recovery_code="abcde-fghjk")])
async def test_exactly_one_factor_must_be_shown(command: SecondFactor) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await log_in_with_second_factor(command)

    assert (refusal.value.rule, refusal.value.limit) == ("either", "code, recoveryCode, passkey")


async def test_a_passkey_may_come_after_the_password_also_without_checking_its_owner() -> None:
    person, phone = await protected(), Authenticator()
    await registered(person.viewer, phone)
    phone.verifies, phone.user_handle = False, None

    required = await begun(person.email)
    tokens = await _with_passkey(required.attempt, phone)

    assert required.methods == ("totp", "passkey", "recovery_code")
    methods = await value("SELECT methods::text FROM session WHERE id = $1", tokens.session_id)
    assert methods == '["pwd", "hwk", "mfa"]'


async def test_the_passkey_of_somebody_else_is_refused_and_counts_as_a_wrong_try() -> None:
    mine, other, phone = await protected(), await protected(), Authenticator()
    await registered(other.viewer, phone)
    attempt = (await begun(mine.email)).attempt

    for _ in range(5):
        with pytest.raises(PasskeyRefused):
            await _with_passkey(attempt, phone)

    with pytest.raises(LogInAttemptEnded):
        await _with_passkey(attempt, phone)


async def test_the_answer_to_a_challenge_of_somebody_else_is_refused() -> None:
    mine, other, phone = await protected(), await protected(), Authenticator()
    await registered(mine.viewer, phone)
    asked = await begin_passkey_log_in((await begun(other.email)).attempt)

    shown = PasskeyResponse(asked.challenge_id, phone.get(asked.options))

    with pytest.raises(PasskeyRefused):
        await log_in_with_second_factor(SecondFactor((await begun(mine.email)).attempt, passkey=shown))


async def test_the_answer_to_a_challenge_for_registering_is_refused() -> None:
    person, phone = await protected(), Authenticator()
    await registered(person.viewer, phone)
    asked = await begin_passkey_registration(person.viewer)
    as_if = json.dumps({"challenge": json.loads(asked.options)["challenge"], "rpId": "localhost"})

    shown = PasskeyResponse(asked.challenge_id, phone.get(as_if))

    with pytest.raises(PasskeyRefused):
        await log_in_with_second_factor(SecondFactor((await begun(person.email)).attempt, passkey=shown))


async def test_who_has_no_second_factor_is_asked_for_none() -> None:
    email = an_email()
    viewer = await a_viewer(email=email)

    assert (await logged_in(email)).user_id == viewer.user_id


async def _with_code(email: str, shown: str) -> Tokens:
    return await log_in_with_second_factor(SecondFactor(attempt=(await begun(email)).attempt, code=shown))


async def _with_passkey(attempt: str, authenticator: Authenticator) -> Tokens:
    asked = await begin_passkey_log_in(attempt)
    shown = PasskeyResponse(asked.challenge_id, authenticator.get(asked.options))
    return await log_in_with_second_factor(SecondFactor(attempt=attempt, passkey=shown))


async def _sessions(user_id: object) -> int:
    return int(await value("SELECT count(*) FROM session WHERE user_id = $1", user_id))


def _wrong(right: str) -> str:
    """No code near this moment, or with a chance of one in 300,000."""
    return f"{(int(right) + 500_000) % 1_000_000:06}"
