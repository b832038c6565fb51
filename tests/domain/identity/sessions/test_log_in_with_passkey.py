import asyncio
import json
import os
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from domain.identity.errors import PasskeyRefused, TooManyAttempts
from domain.identity.factors.begin_passkey import begin_passkey_log_in
from domain.identity.factors.passkey_assertions import PasskeyResponse
from domain.identity.sessions.log_in_with_passkey import log_in_with_passkey
from domain.identity.sessions.sessions import Tokens
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.caller import Caller, bind_caller
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, value
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id
from domain.shared.messages import LANGUAGES, message
from tests.factories.authenticator import Authenticator, decoded, encoded
from tests.factories.second_factors import a_viewer, begun, protected, registered


async def test_a_passkey_alone_logs_in_and_counts_as_two_factors() -> None:
    viewer, phone = await a_viewer(), Authenticator()
    await registered(viewer, phone)

    tokens = await _logged_in(phone)

    assert (await viewer_from_token(tokens.access_token)).user_id == viewer.user_id
    assert await value("SELECT methods::text FROM session WHERE id = $1", tokens.session_id) == '["hwk", "mfa"]'
    used = await value("SELECT last_used_at FROM passkey WHERE user_id = $1", viewer.user_id)
    assert used is not None


async def test_an_office_logs_in_by_passkey_as_often_as_it_likes() -> None:
    viewer, phone = await a_viewer(), Authenticator()
    await registered(viewer, phone)
    bind_caller(Caller("198.51.100.77"))

    tokens = [await _logged_in(phone) for _ in range(120)]

    bind_caller(Caller())
    assert len({one.session_id for one in tokens}) == 120


async def test_beginning_is_limited_too(configure: Callable[..., None]) -> None:
    configure(throttle_passkey="3 per hour")
    bind_caller(Caller("198.51.100.78"))
    for _ in range(3):
        await begin_passkey_log_in()

    with pytest.raises(TooManyAttempts):
        await begin_passkey_log_in()

    bind_caller(Caller())


async def test_what_is_asked_names_nobody() -> None:
    await registered(await a_viewer(), Authenticator())

    asked = json.loads((await begin_passkey_log_in()).options)

    assert asked["allowCredentials"] == []
    assert (asked["userVerification"], asked["rpId"]) == ("required", "localhost")


@pytest.mark.parametrize(
    ("attribute", "wrong"),
    [
        ("origin", "https://evil.example"),
        ("rp_id", "evil.example"),
        ("challenge", os.urandom(32)),
        ("verifies", False),
        ("framed", True),
        ("user_handle", b""),
        ("user_handle", new_id().bytes),
        ("credential_id", os.urandom(32)),
        ("key", Authenticator().key),
    ],
    ids=range(9),
)
async def test_an_answer_that_proves_something_else_is_refused(attribute: str, wrong: object) -> None:
    viewer, phone = await a_viewer(), Authenticator()
    await registered(viewer, phone)
    right = getattr(phone, attribute)
    setattr(phone, attribute, wrong)

    with pytest.raises(PasskeyRefused) as refusal:
        await _logged_in(phone)

    assert refusal.value.fields() == {"field": "response"}
    assert len({message(refusal.value, language) for language in LANGUAGES}) == 2
    setattr(phone, attribute, right)
    assert await _logged_in(phone)


@pytest.mark.parametrize("part", ["signature", "authenticatorData", "clientDataJSON"])
async def test_an_altered_answer_is_refused(part: str) -> None:
    phone = Authenticator()
    await registered(await a_viewer(), phone)
    asked = await begin_passkey_log_in()
    answer = json.loads(phone.get(asked.options))
    for position in (0, 20, -1):
        raw = bytearray(decoded(answer["response"][part]))
        raw[position] ^= 1
        altered = answer | {"response": answer["response"] | {part: encoded(bytes(raw))}}

        with pytest.raises(PasskeyRefused):
            await log_in_with_passkey(PasskeyResponse(await _same_challenge(asked.options), json.dumps(altered)))

    untouched = PasskeyResponse(await _same_challenge(asked.options), json.dumps(answer))
    assert await log_in_with_passkey(untouched)


async def test_an_answer_logs_in_once() -> None:
    phone = Authenticator()
    await registered(await a_viewer(), phone)
    answer = await _answer(phone)

    await log_in_with_passkey(answer)

    with pytest.raises(PasskeyRefused):
        await log_in_with_passkey(answer)


async def test_of_the_same_answer_twice_at_once_one_logs_in() -> None:
    phone = Authenticator()
    await registered(await a_viewer(), phone)
    answer = await _answer(phone)

    outcomes = await asyncio.gather(*(log_in_with_passkey(answer) for _ in range(4)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["PasskeyRefused"] * 3 + ["Tokens"]


async def test_a_refused_answer_uses_its_challenge_up() -> None:
    phone = Authenticator()
    await registered(await a_viewer(), phone)
    asked = await begin_passkey_log_in()

    with pytest.raises(PasskeyRefused):
        await log_in_with_passkey(PasskeyResponse(asked.challenge_id, "{}"))
    with pytest.raises(PasskeyRefused):
        await log_in_with_passkey(PasskeyResponse(asked.challenge_id, phone.get(asked.options)))


async def test_an_answer_to_another_challenge_is_refused() -> None:
    phone = Authenticator()
    await registered(await a_viewer(), phone)
    first, second = await begin_passkey_log_in(), await begin_passkey_log_in()

    with pytest.raises(PasskeyRefused):
        await log_in_with_passkey(PasskeyResponse(second.challenge_id, phone.get(first.options)))


async def test_a_challenge_is_good_for_five_minutes() -> None:
    phone = Authenticator()
    await registered(await a_viewer(), phone)
    answer = await _answer(phone)

    with clock_at(now() + timedelta(minutes=5)), pytest.raises(PasskeyRefused):
        await log_in_with_passkey(answer)


async def test_a_challenge_for_after_the_password_does_not_log_in_alone() -> None:
    person, phone = await protected(), Authenticator()
    await registered(person.viewer, phone)
    asked = await begin_passkey_log_in((await begun(person.email)).attempt)

    with pytest.raises(PasskeyRefused):
        await log_in_with_passkey(PasskeyResponse(asked.challenge_id, phone.get(asked.options)))


async def test_a_copied_passkey_is_refused_and_audited() -> None:
    viewer, phone = await a_viewer(), Authenticator()
    made = await registered(viewer, phone)
    await _logged_in(phone)
    await _logged_in(phone)
    phone.count = 0

    with pytest.raises(PasskeyRefused):
        await _logged_in(phone)

    audited = await rows("SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY serial", made.id)
    assert [one["action"] for one in audited] == ["registerPasskey", "refuseCopiedPasskey"]


async def test_an_authenticator_that_stopped_to_count_is_refused() -> None:
    phone = Authenticator()
    await registered(await a_viewer(), phone)
    await _logged_in(phone)
    phone.counts = False

    with pytest.raises(PasskeyRefused):
        await _logged_in(phone)


async def test_an_authenticator_that_never_counts_logs_in_again_and_again() -> None:
    phone = Authenticator(counts=False)
    await registered(await a_viewer(), phone)

    first, second = await _logged_in(phone), await _logged_in(phone)

    assert first.user_id == second.user_id


@pytest.mark.parametrize("column", ["suspended_at", "erased_at"])
async def test_who_was_suspended_or_erased_does_not_get_in(column: str) -> None:
    viewer, phone = await a_viewer(), Authenticator()
    await registered(viewer, phone)
    await run(f"UPDATE users SET {column} = now() WHERE id = $1", viewer.user_id)

    with pytest.raises(PasskeyRefused):
        await _logged_in(phone)


async def test_a_passkey_of_another_site_is_refused(configure: Callable[..., None]) -> None:
    phone = Authenticator()
    await registered(await a_viewer(), phone)
    phone.rp_id = "localhost"
    configure(passkey_rp_id="shop.example")

    with pytest.raises(PasskeyRefused):
        await _logged_in(phone)


MALFORMED = [
    "{}",
    "null",
    "not json",
    "[" * 19_000,
    '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"YQ","authenticatorData":"YQ","signature":""}}',
    '{"id":"YQ","rawId":"YQ","type":"x","response":{"clientDataJSON":"e30","authenticatorData":"","signature":""}}',
]


@pytest.mark.parametrize("response", MALFORMED, ids=range(len(MALFORMED)))
async def test_what_no_authenticator_says_is_refused(response: str) -> None:
    asked = await begin_passkey_log_in()

    with pytest.raises(PasskeyRefused):
        await log_in_with_passkey(PasskeyResponse(asked.challenge_id, response))


@pytest.mark.parametrize("response", ["", "x" * 1_000_000])
async def test_an_answer_of_no_possible_length_is_refused_by_its_rule(response: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await log_in_with_passkey(PasskeyResponse(new_id(), response))

    assert (refusal.value.field, refusal.value.rule, refusal.value.limit) == ("response", "length", "1..20000")


async def _answer(authenticator: Authenticator) -> PasskeyResponse:
    asked = await begin_passkey_log_in()
    return PasskeyResponse(asked.challenge_id, authenticator.get(asked.options))


async def _logged_in(authenticator: Authenticator) -> Tokens:
    return await log_in_with_passkey(await _answer(authenticator))


async def _same_challenge(options: str) -> UUID:
    """The challenge of the options, open again, so that it is not what an altered answer fails for."""
    again = await begin_passkey_log_in()
    raw = decoded(json.loads(options)["challenge"])
    await run("UPDATE passkey_challenge SET challenge = $2 WHERE id = $1", again.challenge_id, raw)
    return again.challenge_id
