import asyncio
import json
import os
from collections.abc import Callable
from datetime import timedelta

import cbor2
import pytest

from domain.identity.errors import PasskeyRefused, RecentLogInNeeded, TooManyPasskeys
from domain.identity.factors.begin_passkey import begin_passkey_registration
from domain.identity.factors.passkey_site import MOST_PASSKEYS, origins
from domain.identity.factors.passkeys import passkeys_of, remove_passkey
from domain.identity.factors.register_passkey import NewPasskey, RegisteredPasskey, finish_passkey_registration
from domain.identity.factors.second_factor import factors_of
from domain.identity.factors.totp import confirm_totp, enrol_totp
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, value
from domain.shared.errors import InvalidInput, NotFound, NotSignedIn
from domain.shared.viewer import ANONYMOUS, Viewer
from tests.factories.authenticator import Authenticator, decoded, encoded
from tests.factories.identity import PASSWORD, an_email
from tests.factories.second_factors import a_viewer, code, protected, registered


async def test_a_passkey_is_registered_and_listed_under_its_label() -> None:
    viewer, phone = await a_viewer(), Authenticator()

    made = await registered(viewer, phone, label="Anna's phone")

    listed = (await passkeys_of([viewer.signed_in()]))[viewer.signed_in()]
    assert [(one.id, one.label, one.last_used_at) for one in listed] == [(made.id, "Anna's phone", None)]
    assert (await factors_of(viewer.signed_in())).methods == ("passkey", "recovery_code")


async def test_the_first_factor_brings_recovery_codes_and_the_next_ones_none() -> None:
    viewer = await a_viewer()

    first, second = await registered(viewer, Authenticator()), await registered(viewer, Authenticator())

    assert (len(first.recovery_codes), second.recovery_codes) == (10, ())


async def test_of_two_factors_added_at_once_one_is_the_first() -> None:
    """The codes of the other one would be good no more as soon as they are shown."""
    counted = [await _codes_of_two_at_once() for _ in range(10)]

    assert counted == [[0, 10]] * 10


async def test_the_session_that_registered_a_passkey_has_shown_it() -> None:
    viewer = await a_viewer()

    await registered(viewer, Authenticator())

    assert await value("SELECT methods ?& ARRAY['pwd', 'hwk', 'mfa'] FROM session WHERE id = $1", viewer.session_id)


async def test_the_options_tell_the_authenticator_for_whom_and_for_which_site(configure: Callable[..., None]) -> None:
    configure(passkey_rp_id="shop.example", allowed_origins='["https://www.shop.example"]')
    email = an_email()
    viewer, phone = await a_viewer(email=email), Authenticator(origin="https://www.shop.example")
    await registered(viewer, phone)

    asked = json.loads((await begin_passkey_registration(viewer)).options)

    assert asked["rp"]["id"] == "shop.example"
    assert asked["user"] == {
        "id": encoded(viewer.signed_in().bytes),
        "name": email,
        "displayName": "Anna Schmidt",
    }
    assert [one["id"] for one in asked["excludeCredentials"]] == [encoded(phone.credential_id)]
    assert asked["attestation"] == "none"
    assert len(decoded(asked["challenge"])) == 32


async def test_the_label_is_stored_sealed() -> None:
    viewer = await a_viewer()

    await registered(viewer, Authenticator(), label="Gorbulonka")

    assert "Gorbulonka" not in await value("SELECT passkey::text FROM passkey WHERE user_id = $1", viewer.user_id)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:9999"},
        {"rp_id": "evil.example"},
        {"challenge": os.urandom(32)},
        {"framed": True},
        {"credential_id": os.urandom(1024)},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_an_answer_for_something_else_is_refused_and_uses_the_challenge_up(change: dict[str, object]) -> None:
    viewer, phone = await a_viewer(), Authenticator()
    asked = await begin_passkey_registration(viewer)
    wrong = Authenticator(**change).create(asked.options)  # type: ignore[arg-type] # whichever attribute it is

    with pytest.raises(PasskeyRefused):
        await finish_passkey_registration(viewer, NewPasskey(asked.challenge_id, wrong, "Phone"))
    with pytest.raises(PasskeyRefused):
        await finish_passkey_registration(viewer, NewPasskey(asked.challenge_id, phone.create(asked.options), "Phone"))

    assert await passkeys_of([viewer.signed_in()]) == {}


async def test_an_answer_works_once_also_when_sent_twice_at_once() -> None:
    viewer, phone = await a_viewer(), Authenticator()
    asked = await begin_passkey_registration(viewer)
    command = NewPasskey(asked.challenge_id, phone.create(asked.options), "Phone")

    outcomes = await asyncio.gather(
        *(finish_passkey_registration(viewer, command) for _ in range(4)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["PasskeyRefused"] * 3 + ["RegisteredPasskey"]


async def test_a_challenge_is_good_for_five_minutes_and_for_whom_it_was_made() -> None:
    mine, other, phone = await a_viewer(), await a_viewer(), Authenticator()
    asked = await begin_passkey_registration(mine)
    command = NewPasskey(asked.challenge_id, phone.create(asked.options), "Phone")

    with pytest.raises(PasskeyRefused):
        await finish_passkey_registration(other, command)
    with clock_at(now() + timedelta(minutes=5)), pytest.raises(PasskeyRefused):
        await finish_passkey_registration(mine, command)
    assert await finish_passkey_registration(mine, command)


async def test_a_passkey_belongs_to_one_person() -> None:
    mine, other, phone = await a_viewer(), await a_viewer(), Authenticator()
    await registered(mine, phone)

    with pytest.raises(PasskeyRefused):
        await registered(other, phone)

    assert await passkeys_of([other.signed_in()]) == {}


MALFORMED = [
    "{}",
    "[]",
    "null",
    "not json",
    "[" * 19_000,
    '{"id": ' + "9" * 19_000 + "}",
    '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"YQ","attestationObject":"YQ"}}',
    '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"}}',
    '{"id":"é","rawId":"é","type":"public-key","response":{"clientDataJSON":"é","attestationObject":"é"}}',
]


@pytest.mark.parametrize("response", MALFORMED, ids=range(len(MALFORMED)))
async def test_what_no_authenticator_says_is_refused(response: str) -> None:
    viewer = await a_viewer()
    asked = await begin_passkey_registration(viewer)

    with pytest.raises(PasskeyRefused) as refusal:
        await finish_passkey_registration(viewer, NewPasskey(asked.challenge_id, response, "Phone"))

    assert refusal.value.field == "response"


# Lengths of bytes, texts, lists and maps that are not there; nested too deep; a tag that asks for work.
BOMBS = [b"\x5b\xff" + b"\xff" * 7, b"\x9b\x00\x00\xff" + b"\xff" * 5, b"\xbb\x00\x00\xff" + b"\xff" * 5]
BOMBS += [b"\xa1\x9a\xff\xff\xff\xff", b"\x81" * 9_000, b"\xc2\x59\x20\x00" + b"\xff" * 8192]


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
async def test_cbor_that_promises_too_much_is_refused(bomb: bytes) -> None:
    await _refused(lambda answer: answer["response"].update(attestationObject=encoded(bomb)))


@pytest.mark.parametrize(
    "key", [{1: 2, 3: -7, -1: 1, -2: b"\x01" * 32, -3: b"\x01" * 32}, {1: 2}, {}, {1: 3, 3: -257}, 5]
)
async def test_a_public_key_that_is_none_is_refused(key: object) -> None:
    phone = Authenticator()
    phone.public_key = lambda: cbor2.dumps(key)  # type: ignore[method-assign] # a broken authenticator

    with pytest.raises(PasskeyRefused):
        await registered(await a_viewer(), phone)


async def test_a_key_that_would_make_every_log_in_slow_is_refused() -> None:
    phone = Authenticator()
    huge = {1: 3, 3: -257, -1: b"\xff" * 4096, -2: b"\x01\x00\x01"}
    phone.public_key = lambda: cbor2.dumps(huge)  # type: ignore[method-assign] # a broken authenticator

    with pytest.raises(PasskeyRefused):
        await registered(await a_viewer(), phone)


async def test_every_broken_byte_of_an_answer_is_refused_or_harmless() -> None:
    """No byte of it, whatever it becomes, leads to anything but a refusal or a passkey."""
    outcomes = set()
    for position in range(0, 300, 7):
        outcomes.add(await _outcome(position))

    assert outcomes <= {"PasskeyRefused", "RegisteredPasskey"}
    assert "PasskeyRefused" in outcomes


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"response": "x" * 20_001}, "response", "length"),
        ({"response": ""}, "response", "length"),
        ({"label": ""}, "label", "length"),
        ({"label": "x" * 61}, "label", "length"),
        ({"label": "two\nlines"}, "label", "printable"),
    ],
)
async def test_bad_input_is_refused_by_field_and_rule(change: dict[str, str], field: str, rule: str) -> None:
    viewer = await a_viewer()
    asked = await begin_passkey_registration(viewer)
    given = {"response": "{}", "label": "Phone"} | change

    with pytest.raises(InvalidInput) as refusal:
        await finish_passkey_registration(viewer, NewPasskey(challenge_id=asked.challenge_id, **given))

    assert (refusal.value.field, refusal.value.rule) == (field, rule)


async def test_a_person_has_twenty_passkeys_at_most() -> None:
    viewer = await a_viewer()
    for _ in range(MOST_PASSKEYS):
        await registered(viewer, Authenticator())

    with pytest.raises(TooManyPasskeys) as refusal:
        await begin_passkey_registration(viewer)

    assert refusal.value.most == 20


async def test_removing_a_passkey_leaves_the_others_and_the_last_takes_the_recovery_codes_along() -> None:
    viewer = await a_viewer()
    first, second = await registered(viewer, Authenticator()), await registered(viewer, Authenticator())

    await remove_passkey(viewer, first.id)
    after_one = await factors_of(viewer.signed_in())
    await remove_passkey(viewer, second.id)

    assert (after_one.passkeys, after_one.recovery_codes) == (1, 10)
    assert (await factors_of(viewer.signed_in())).methods == ()
    told = await rows(
        "SELECT kind, data->>'method' AS m FROM event WHERE subject_id = $1 ORDER BY serial", viewer.user_id
    )
    assert [(one["kind"], one["m"]) for one in told] == [("factor.added", "passkey")] * 2 + [
        ("factor.removed", "passkey")
    ] * 2


async def test_nobody_removes_the_passkey_of_somebody_else() -> None:
    mine, other = await a_viewer(), await a_viewer()
    made = await registered(other, Authenticator())

    with pytest.raises(NotFound):
        await remove_passkey(mine, made.id)

    assert (await factors_of(other.signed_in())).passkeys == 1


async def test_long_after_the_log_in_the_password_is_asked_for() -> None:
    person = await protected()
    made = await registered(person.viewer, Authenticator())

    with clock_at(now() + timedelta(minutes=16)):
        for change in (begin_passkey_registration(person.viewer), remove_passkey(person.viewer, made.id)):
            with pytest.raises(RecentLogInNeeded):
                await change
        assert await begin_passkey_registration(person.viewer, PASSWORD)
        await remove_passkey(person.viewer, made.id, PASSWORD)


async def test_nobody_registers_who_is_not_signed_in() -> None:
    with pytest.raises(NotSignedIn):
        await begin_passkey_registration(ANONYMOUS)


async def test_pages_of_other_sites_use_no_passkeys_and_those_of_production_none_of_this_machine(
    configure: Callable[..., None],
) -> None:
    configure(allowed_origins='["https://shop.example"]', storefront_url="https://shop.example/cn", port=8123)
    in_test = origins()
    configure(environment="production", public_url="https://api.shop.example")

    assert in_test == ["https://shop.example", "http://localhost:8123"]
    assert origins() == ["https://shop.example", "https://api.shop.example"]


async def _codes_of_two_at_once() -> list[int]:
    viewer = await a_viewer()
    secret, asked = (await enrol_totp(viewer)).secret, await begin_passkey_registration(viewer)
    command = NewPasskey(asked.challenge_id, Authenticator().create(asked.options), "Phone")
    of_totp, made = await asyncio.gather(
        confirm_totp(viewer, code(secret)), finish_passkey_registration(viewer, command)
    )
    return sorted((len(of_totp), len(made.recovery_codes)))


async def _refused(break_it: Callable[[dict[str, dict[str, str]]], object]) -> None:
    viewer = await a_viewer()
    asked = await begin_passkey_registration(viewer)
    answer = json.loads(Authenticator().create(asked.options))
    break_it(answer)

    with pytest.raises(PasskeyRefused):
        await finish_passkey_registration(viewer, NewPasskey(asked.challenge_id, json.dumps(answer), "Phone"))


async def _outcome(position: int) -> str:
    viewer = await _once()
    asked = await begin_passkey_registration(viewer)
    answer = json.loads(Authenticator().create(asked.options))
    raw = bytearray(decoded(answer["response"]["attestationObject"]))
    raw[position % len(raw)] ^= 0xFF
    answer["response"]["attestationObject"] = encoded(bytes(raw))
    try:
        made = await finish_passkey_registration(viewer, NewPasskey(asked.challenge_id, json.dumps(answer), "Phone"))
    except PasskeyRefused:
        return "PasskeyRefused"
    assert isinstance(made, RegisteredPasskey)
    await remove_passkey(viewer, made.id)
    return "RegisteredPasskey"


_viewers: list[Viewer] = []


async def _once() -> Viewer:
    if not _viewers:
        _viewers.append(await a_viewer())
    return _viewers[0]
