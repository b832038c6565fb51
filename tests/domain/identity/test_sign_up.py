import asyncio
from dataclasses import replace

import pytest

from domain.identity.errors import EmailTaken
from domain.identity.queries import UserFacts, user
from domain.identity.sign_up import sign_up
from domain.shared.database import row, rows, value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput
from domain.shared.idempotency import _fingerprint
from domain.shared.viewer import ANONYMOUS
from tests.factories.identity import PASSWORD, a_sign_up, an_email


async def test_who_signs_up_is_a_customer() -> None:
    command = a_sign_up(
        email="New.Person@Example.org", name=" Li Lei ", language="zh-Hans", currency="CNY", country="CN"
    )

    user_id = await sign_up(ANONYMOUS, command)

    assert await user(user_id) == UserFacts(
        id=user_id,
        email="new.person@example.org",
        name="Li Lei",
        country="CN",
        language="zh-Hans",
        currency="CNY",
        role="customer",
        supplier_id=None,
    )


async def test_the_password_is_stored_only_as_an_argon2id_hash() -> None:
    user_id = await sign_up(ANONYMOUS, a_sign_up())

    stored = await value("SELECT users::text FROM users WHERE id = $1", user_id)

    assert "$argon2id$" in stored
    assert PASSWORD not in stored


async def test_an_address_signs_up_once_however_it_is_written() -> None:
    command = a_sign_up()
    await sign_up(ANONYMOUS, command)

    with pytest.raises(EmailTaken):
        await sign_up(ANONYMOUS, a_sign_up(email=command.email.upper()))

    assert await _people(command.email) == 1


async def test_of_many_sign_ups_with_one_address_at_once_one_wins() -> None:
    email = an_email()

    outcomes = await asyncio.gather(
        *(sign_up(ANONYMOUS, a_sign_up(email=email)) for _ in range(6)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["EmailTaken"] * 5 + ["UUID"]
    assert await _people(email) == 1


async def test_the_same_key_gives_one_person_and_equal_answers() -> None:
    command = a_sign_up(key=an_email())

    answers = await asyncio.gather(*(sign_up(ANONYMOUS, command) for _ in range(5)))

    assert len(set(answers)) == 1
    assert await _people(command.email) == 1


async def test_a_key_with_other_input_is_refused() -> None:
    key = an_email()
    await sign_up(ANONYMOUS, a_sign_up(key=key))

    with pytest.raises(IdempotencyKeyReused):
        await sign_up(ANONYMOUS, a_sign_up(key=key))


async def test_a_key_with_another_password_is_refused_and_tells_nothing_of_the_person() -> None:
    command = a_sign_up(key=an_email())
    user_id = await sign_up(ANONYMOUS, command)

    with pytest.raises(IdempotencyKeyReused) as refusal:
        await sign_up(ANONYMOUS, replace(command, password="another password"))

    assert refusal.value.key == command.key
    assert await sign_up(ANONYMOUS, command) == user_id


async def test_a_password_typed_on_another_keyboard_is_the_same() -> None:
    command = a_sign_up(key=an_email(), password="p\N{LATIN SMALL LETTER A WITH DIAERESIS}ssword")
    user_id = await sign_up(ANONYMOUS, command)

    again = await sign_up(ANONYMOUS, replace(command, password="pa\N{COMBINING DIAERESIS}ssword"))

    assert again == user_id


async def test_of_two_passwords_under_one_key_at_once_one_is_refused() -> None:
    command = a_sign_up(key=an_email())
    others = [replace(command, password=f"another password {number}") for number in range(4)]

    outcomes = await asyncio.gather(*(sign_up(ANONYMOUS, one) for one in (command, *others)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["IdempotencyKeyReused"] * 4 + ["UUID"]
    assert await _people(command.email) == 1


async def test_a_key_keeps_nothing_of_the_password() -> None:
    command = a_sign_up(key=an_email())

    await sign_up(ANONYMOUS, command)

    kept = await value("SELECT fingerprint FROM idempotency_key WHERE key = $1", command.key)
    assert kept == _fingerprint(replace(command, password=""))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("email", "nobody"),
        ("password", "short"),
        ("password", "x" * 1_000_000),
        ("name", ""),
        ("language", "tlh"),
        ("currency", "JPY"),
        ("currency", "XYZ"),
        ("country", "Germany"),
    ],
)
async def test_bad_input_is_refused_by_its_field_and_changes_nothing(field: str, wrong: str) -> None:
    command = a_sign_up(**{field: wrong})

    with pytest.raises(InvalidInput) as refusal:
        await sign_up(ANONYMOUS, command)

    assert refusal.value.field == field
    assert await _people(command.email) == 0


async def test_the_audit_entry_and_the_event_hold_nothing_personal() -> None:
    command = a_sign_up()
    user_id = await sign_up(ANONYMOUS, command)

    entry = await row("SELECT action, after, audit_entry::text AS all FROM audit_entry WHERE subject_id = $1", user_id)
    event = await row("SELECT kind, data, event::text AS all FROM event WHERE subject_id = $1", user_id)

    assert entry is not None
    assert event is not None
    assert (entry["action"], event["kind"], event["data"]) == ("signUp", "user.signed_up", "{}")
    for secret in (command.email, command.password, command.name):
        assert secret not in entry["all"] + event["all"] + repr(command)


async def test_a_refused_sign_up_leaves_no_event() -> None:
    command = a_sign_up()
    user_id = await sign_up(ANONYMOUS, command)
    with pytest.raises(EmailTaken):
        await sign_up(ANONYMOUS, command)

    since = await rows("SELECT subject_id FROM event WHERE kind = 'user.signed_up' ORDER BY serial DESC LIMIT 1")

    assert [one["subject_id"] for one in since] == [user_id]


async def _people(email: str) -> int:
    found: int = await value("SELECT count(*) FROM users WHERE email = $1", email.lower())
    return found
