import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.identity.errors import NoSecondFactor, RecentLogInNeeded, TotpAlreadyOn, WrongCode, WrongCredentials
from domain.identity.factors.second_factor import factors_of
from domain.identity.factors.totp import ENROLMENT_LIFETIME, confirm_totp, disable_totp, enrol_totp
from domain.shared.clock import clock_at, now
from domain.shared.database import row, rows, run, value
from domain.shared.errors import InvalidInput, NotSignedIn, SecondFactorNeeded
from domain.shared.viewer import ANONYMOUS
from tests.factories.authenticator import Authenticator
from tests.factories.identity import PASSWORD, an_email
from tests.factories.second_factors import a_viewer, code, logged_in, moment, protected, registered


async def test_codes_count_only_from_the_first_right_one_on() -> None:
    email = an_email()
    viewer = await a_viewer(email=email)

    enrolment = await enrol_totp(viewer)

    assert not (await factors_of(viewer.signed_in())).totp
    assert await logged_in(email)
    assert len(await confirm_totp(viewer, code(enrolment.secret))) == 10
    assert (await factors_of(viewer.signed_in())).methods == ("totp", "recovery_code")


async def test_an_app_can_read_the_address_in_the_enrolment() -> None:
    email = an_email()

    enrolment = await enrol_totp(await a_viewer(email=email))

    parts = urlsplit(enrolment.uri)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parts.path.endswith(email.replace("@", "%40"))
    assert parse_qs(parts.query) == {"secret": [enrolment.secret], "issuer": ["hanse"]}


async def test_the_secret_is_stored_sealed_and_in_no_log() -> None:
    viewer = await a_viewer()

    enrolment = await enrol_totp(viewer)

    stored = await value("SELECT totp::text FROM totp WHERE user_id = $1", viewer.user_id)
    audited = await value(
        "SELECT audit_entry::text FROM audit_entry WHERE action = 'enrolTotp' AND actor_id = $1", viewer.user_id
    )
    assert enrolment.secret not in stored + audited + repr(enrolment)


async def test_enrolling_again_before_the_first_code_gives_another_secret() -> None:
    viewer = await a_viewer()
    first = await enrol_totp(viewer)

    second = await enrol_totp(viewer)

    with pytest.raises(WrongCode):
        await confirm_totp(viewer, code(first.secret))
    assert await confirm_totp(viewer, code(second.secret))


async def test_a_second_app_is_refused_while_one_is_on() -> None:
    person = await protected()

    with pytest.raises(TotpAlreadyOn):
        await enrol_totp(person.viewer)


@pytest.mark.parametrize("steps", [-1, 0, 1])
async def test_a_clock_may_be_off_by_one_step(steps: int) -> None:
    viewer = await a_viewer()
    secret = (await enrol_totp(viewer)).secret

    with clock_at(moment()):
        assert await confirm_totp(viewer, code(secret, steps))


@pytest.mark.parametrize("steps", [-2, 2])
async def test_a_clock_may_not_be_off_by_more(steps: int) -> None:
    viewer = await a_viewer()
    secret = (await enrol_totp(viewer)).secret

    with clock_at(moment()), pytest.raises(WrongCode):
        await confirm_totp(viewer, code(secret, steps))


@pytest.mark.parametrize("typed", ["{} ", " {}", "{:.3} {:.3}"])
async def test_blanks_and_wide_digits_in_a_code_do_not_matter(typed: str) -> None:
    viewer = await a_viewer()
    digits = code((await enrol_totp(viewer)).secret)
    wide = digits.translate({ord("0") + n: ord("０") + n for n in range(10)})

    assert await confirm_totp(viewer, f" {wide[:3]} {wide[3:]} " if "." in typed else typed.format(digits))


@pytest.mark.parametrize("malformed", ["", "12345", "1234567", "12345a", "12345५", "1" * 1_000_000, "12345\x00"])
async def test_what_is_no_code_is_refused_by_its_rule(malformed: str) -> None:
    viewer = await a_viewer()
    await enrol_totp(viewer)

    with pytest.raises(InvalidInput) as refusal:
        await confirm_totp(viewer, malformed)

    assert (refusal.value.field, refusal.value.rule, refusal.value.limit) == ("code", "digits", "6")


async def test_five_wrong_codes_forget_the_enrolment() -> None:
    viewer = await a_viewer()
    secret = (await enrol_totp(viewer)).secret

    for steps in range(10, 15):
        with pytest.raises(WrongCode):
            await confirm_totp(viewer, code(secret, steps))

    with pytest.raises(NoSecondFactor):
        await confirm_totp(viewer, code(secret))
    assert await value("SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY serial DESC", viewer.user_id) == (
        "discardTotp"
    )


async def test_wrong_codes_at_once_are_five_too_and_a_new_enrolment_starts_anew() -> None:
    viewer = await a_viewer()
    secret = (await enrol_totp(viewer)).secret
    wrong = [confirm_totp(viewer, code(secret, steps)) for steps in range(10, 18)]

    outcomes = await asyncio.gather(*wrong, return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["NoSecondFactor"] * 3 + ["WrongCode"] * 5
    again = (await enrol_totp(viewer)).secret
    with pytest.raises(WrongCode):
        await confirm_totp(viewer, code(again, 10))
    assert await confirm_totp(viewer, code(again))


async def test_enrolling_again_forgets_the_wrong_codes_of_before() -> None:
    viewer = await a_viewer()
    for _ in range(2):
        secret = (await enrol_totp(viewer)).secret
        for steps in range(10, 14):
            with pytest.raises(WrongCode):
                await confirm_totp(viewer, code(secret, steps))

    assert await confirm_totp(viewer, code(secret))


async def test_an_enrolment_lives_fifteen_minutes() -> None:
    viewer = await a_viewer()
    secret = (await enrol_totp(viewer)).secret

    with clock_at(now() + ENROLMENT_LIFETIME + timedelta(seconds=1)), pytest.raises(NoSecondFactor):
        await confirm_totp(viewer, code(secret))

    assert await confirm_totp(viewer, code(secret))


async def test_confirming_at_once_switches_on_once() -> None:
    viewer = await a_viewer()
    right = code((await enrol_totp(viewer)).secret)

    outcomes = await asyncio.gather(*(confirm_totp(viewer, right) for _ in range(4)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["NoSecondFactor"] * 3 + ["tuple"]
    assert (await factors_of(viewer.signed_in())).recovery_codes == 10


async def test_nothing_is_confirmed_or_switched_off_that_is_not_there() -> None:
    viewer = await a_viewer()

    with pytest.raises(NoSecondFactor):
        await confirm_totp(viewer, "123456")
    with pytest.raises(NoSecondFactor):
        await disable_totp(viewer)


async def test_switching_the_last_factor_off_takes_the_recovery_codes_along() -> None:
    person = await protected()

    await disable_totp(person.viewer)

    assert (await factors_of(person.user_id)).methods == ()
    assert await value("SELECT count(*) FROM recovery_code WHERE user_id = $1", person.user_id) == 0
    assert await value("SELECT methods ? 'mfa' FROM session WHERE id = $1", person.viewer.session_id) is False
    assert await logged_in(person.email)


async def test_switching_one_of_two_factors_off_leaves_the_recovery_codes() -> None:
    person = await protected()
    await registered(person.viewer, Authenticator())

    await disable_totp(person.viewer)

    assert (await factors_of(person.user_id)).methods == ("passkey", "recovery_code")
    assert await value("SELECT methods ? 'mfa' FROM session WHERE id = $1", person.viewer.session_id) is True


async def test_the_present_session_has_shown_a_factor_that_it_confirmed() -> None:
    person = await protected()

    methods = await value("SELECT methods::text FROM session WHERE id = $1", person.viewer.session_id)

    assert sorted(methods.strip("[]").replace('"', "").split(", ")) == ["mfa", "otp", "pwd"]


async def test_adding_and_removing_is_audited_and_told_by_events() -> None:
    person = await protected()
    await disable_totp(person.viewer)

    audited = await rows("SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY serial", person.user_id)
    told = await rows(
        "SELECT kind, data::text, sequence FROM event WHERE subject_id = $1 ORDER BY serial", person.user_id
    )

    assert [one["action"] for one in audited] == ["enrolTotp", "confirmTotp", "disableTotp"]
    assert [(one["kind"], one["data"], one["sequence"]) for one in told] == [
        ("factor.added", '{"method": "totp"}', 2),
        ("factor.removed", '{"method": "totp"}', 3),
    ]


async def test_long_after_the_log_in_the_password_is_asked_for() -> None:
    viewer = await a_viewer()

    with clock_at(now() + timedelta(minutes=16)):
        with pytest.raises(RecentLogInNeeded):
            await enrol_totp(viewer)
        with pytest.raises(WrongCredentials):
            await enrol_totp(viewer, "not the password")
        with pytest.raises(WrongCredentials):
            await enrol_totp(viewer, "x" * 1_000_000)
        assert await enrol_totp(viewer, PASSWORD)


async def test_a_session_that_showed_one_factor_does_not_touch_factors_once_there_are_some() -> None:
    person = await protected()
    await run("UPDATE session SET methods = '[\"pwd\"]' WHERE id = $1", person.viewer.session_id)

    for change in (disable_totp, enrol_totp):
        with pytest.raises(SecondFactorNeeded):
            await change(person.viewer, PASSWORD)


async def test_nobody_enrols_who_is_not_signed_in() -> None:
    with pytest.raises(NotSignedIn):
        await enrol_totp(ANONYMOUS)
    with pytest.raises(NotSignedIn):
        await confirm_totp(ANONYMOUS, "123456")


async def test_a_secret_of_somebody_else_confirms_nothing() -> None:
    mine, other = await a_viewer(), await a_viewer()
    await enrol_totp(mine)
    secret = (await enrol_totp(other)).secret

    with pytest.raises(WrongCode):
        await confirm_totp(mine, code(secret))

    found = await row("SELECT last_step, confirmed_at FROM totp WHERE user_id = $1", mine.user_id)
    assert found is not None
    assert (found["last_step"], found["confirmed_at"]) == (0, None)
