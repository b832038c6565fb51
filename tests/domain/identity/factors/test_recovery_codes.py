import asyncio

import pytest

from domain.identity.errors import NoSecondFactor, WrongCode
from domain.identity.factors.recovery_codes import renew_recovery_codes
from domain.identity.factors.second_factor import factors_of
from domain.identity.sessions.log_in_with_second_factor import SecondFactor, log_in_with_second_factor
from domain.identity.sessions.sessions import Tokens
from domain.shared.database import rows, value
from domain.shared.errors import InvalidInput
from tests.factories.second_factors import a_viewer, begun, protected


async def test_a_recovery_code_logs_in_once() -> None:
    person = await protected()
    recovery = person.recovery_codes[0]

    tokens = await _with(person.email, recovery)

    assert tokens.user_id == person.user_id
    with pytest.raises(WrongCode) as refusal:
        await _with(person.email, recovery)
    assert refusal.value.field == "recoveryCode"
    assert (await factors_of(person.user_id)).recovery_codes == 9


async def test_of_two_at_once_with_one_code_one_logs_in() -> None:
    person = await protected()

    outcomes = await asyncio.gather(
        *(_with(person.email, person.recovery_codes[0]) for _ in range(4)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["Tokens"] + ["WrongCode"] * 3


async def test_codes_are_different_and_stored_only_as_keyed_hashes() -> None:
    person = await protected()

    stored = await rows("SELECT recovery_code::text AS all FROM recovery_code WHERE user_id = $1", person.user_id)

    assert len(set(person.recovery_codes)) == len(stored) == 10
    text = "".join(one["all"] for one in stored)
    assert [one for one in person.recovery_codes if one in text or one.replace("-", "") in text] == []


async def test_a_code_may_be_typed_without_hyphen_in_capitals_and_with_blanks() -> None:
    person = await protected()
    typed = person.recovery_codes[3].upper().replace("-", " ")

    assert await _with(person.email, f" {typed} ")


async def test_the_code_of_somebody_else_is_wrong() -> None:
    mine, other = await protected(), await protected()

    with pytest.raises(WrongCode):
        await _with(mine.email, other.recovery_codes[0])

    assert (await factors_of(other.user_id)).recovery_codes == 10


@pytest.mark.parametrize("malformed", ["", "abcde", "abcde-fghijk", "x" * 1_000_000])
async def test_what_is_no_code_is_refused_by_its_rule(malformed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await log_in_with_second_factor(SecondFactor(attempt="", recovery_code=malformed))

    assert (refusal.value.field, refusal.value.rule, refusal.value.limit) == ("recoveryCode", "length", "10")


async def test_new_codes_replace_the_earlier_ones() -> None:
    person = await protected()

    renewed = await renew_recovery_codes(person.viewer)

    assert not set(renewed) & set(person.recovery_codes)
    with pytest.raises(WrongCode):
        await _with(person.email, person.recovery_codes[0])
    assert await _with(person.email, renewed[0])


async def test_who_has_no_second_factor_gets_no_codes() -> None:
    with pytest.raises(NoSecondFactor):
        await renew_recovery_codes(await a_viewer())


async def test_the_use_of_a_code_is_audited_and_the_code_is_not() -> None:
    person = await protected()

    await _with(person.email, person.recovery_codes[0])

    audited = await value(
        "SELECT audit_entry::text FROM audit_entry WHERE action = 'useRecoveryCode' AND subject_id = $1", person.user_id
    )
    assert '"left' in audited.replace("\\", "")
    assert person.recovery_codes[0].replace("-", "") not in audited


async def _with(email: str, recovery_code: str) -> Tokens:
    attempt = (await begun(email)).attempt
    return await log_in_with_second_factor(SecondFactor(attempt=attempt, recovery_code=recovery_code))
