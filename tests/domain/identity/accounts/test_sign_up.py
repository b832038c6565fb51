import asyncio
from dataclasses import asdict, replace
from hashlib import sha256

import orjson
import pytest

from domain.identity.accounts.sign_up import sign_up
from domain.identity.errors import TooManyAttempts, WrongCredentials
from domain.identity.sessions.log_in import LogIn, log_in
from domain.shared.database import row, value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput
from domain.shared.settings import Settings
from domain.shared.viewer import ANONYMOUS
from tests.factories.accounts import a_registration, a_sign_up, hash_of, registration_of
from tests.factories.identity import PASSWORD, a_user, an_email
from tests.statements import counted_statements


async def test_the_password_is_stored_only_as_an_argon2id_hash() -> None:
    registration_id = await a_registration()

    stored = await value("SELECT registration::text FROM registration WHERE id = $1", registration_id)

    assert "$argon2id$" in stored
    assert PASSWORD not in stored


async def test_what_somebody_says_of_themselves_is_stored_sealed() -> None:
    command = a_sign_up()
    await sign_up(ANONYMOUS, command)
    registration_id = await registration_of(command.email)

    stored = [
        await value(f"SELECT string_agg({table}::text, ' ') FROM {table} WHERE {column} = $1", registration_id)
        for table, column in (
            ("registration", "id"),
            ("mail_link", "subject_id"),
            ("event", "subject_id"),
            ("audit_entry", "subject_id"),
        )
    ]

    for personal in (command.email, command.name):
        assert personal not in " ".join(stored) + repr(command)


async def test_a_known_and_an_unknown_address_run_the_same_statements(shop: Settings) -> None:
    known, unknown = an_email(), an_email()
    await a_user(email=known)
    await a_registration()  # what a process asks once has been asked

    async with counted_statements(shop) as for_known:
        await sign_up(ANONYMOUS, a_sign_up(email=known, key=an_email()))
    async with counted_statements(shop) as for_unknown:
        await sign_up(ANONYMOUS, a_sign_up(email=unknown, key=an_email()))

    assert for_known == for_unknown
    assert len(for_known) > 5


async def test_nobody_logs_in_before_the_address_is_confirmed() -> None:
    command = a_sign_up()
    await sign_up(ANONYMOUS, command)

    with pytest.raises(WrongCredentials):
        await log_in(LogIn(email=command.email, password=command.password))


async def test_the_same_key_signs_up_once() -> None:
    command = a_sign_up(key=an_email())

    await asyncio.gather(*(sign_up(ANONYMOUS, command) for _ in range(4)))

    assert await _registrations(command.email) == 1


async def test_a_key_with_other_input_is_refused() -> None:
    key = an_email()
    await sign_up(ANONYMOUS, a_sign_up(key=key))

    with pytest.raises(IdempotencyKeyReused):
        await sign_up(ANONYMOUS, a_sign_up(key=key))


async def test_a_key_with_another_password_is_refused() -> None:
    command = a_sign_up(key=an_email())
    await sign_up(ANONYMOUS, command)

    with pytest.raises(IdempotencyKeyReused):
        await sign_up(ANONYMOUS, replace(command, password="another good passphrase"))

    await sign_up(ANONYMOUS, command)


async def test_a_password_typed_on_another_keyboard_is_the_same() -> None:
    command = a_sign_up(key=an_email(), password="correct horse b\N{LATIN SMALL LETTER A WITH DIAERESIS}ttery")
    await sign_up(ANONYMOUS, command)

    await sign_up(ANONYMOUS, replace(command, password="correct horse ba\N{COMBINING DIAERESIS}ttery"))

    assert await _registrations(command.email) == 1


async def test_of_two_passwords_under_one_key_at_once_one_is_refused() -> None:
    command = a_sign_up(key=an_email())
    others = [replace(command, password=f"another good passphrase {number}") for number in range(3)]

    outcomes = await asyncio.gather(*(sign_up(ANONYMOUS, one) for one in (command, *others)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["IdempotencyKeyReused"] * 3 + ["NoneType"]
    assert await _registrations(command.email) == 1


async def test_a_key_keeps_nothing_that_can_be_tried_out() -> None:
    command = a_sign_up(key=an_email())
    await sign_up(ANONYMOUS, command)

    kept = await row(
        "SELECT fingerprint, idempotency_key::text AS all FROM idempotency_key WHERE key = $1", command.key
    )

    assert kept is not None
    assert command.email not in kept["all"]
    for tried in (command, replace(command, password="")):
        text = orjson.dumps(asdict(tried), option=orjson.OPT_SORT_KEYS)
        assert sha256(text).hexdigest() != kept["fingerprint"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("email", "nobody"),
        ("email", "\N{CYRILLIC SMALL LETTER A}nna@example.org"),
        ("password", "short"),
        ("password", "password1"),
        ("password", "x" * 1_000_000),
        ("name", ""),
        ("name", "Anna\r\nBcc: all@example.org"),
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
    assert await _registrations(command.email) == 0


async def test_one_address_is_sent_so_many_mails_and_no_more() -> None:
    command = a_sign_up()
    for _ in range(5):
        await sign_up(ANONYMOUS, command)

    with pytest.raises(TooManyAttempts) as refusal:
        await sign_up(ANONYMOUS, replace(command, email=command.email.upper()))

    assert 0 < refusal.value.retry_after_seconds <= 3600


async def test_the_audit_entry_and_the_event_tell_of_the_registration() -> None:
    registration_id = await a_registration(language="zh-Hans")

    entry = await row("SELECT action, after FROM audit_entry WHERE subject_id = $1", registration_id)
    event = await row("SELECT kind, data FROM event WHERE subject_id = $1", registration_id)

    assert entry is not None
    assert event is not None
    assert (entry["action"], event["kind"], event["data"]) == ("signUp", "registration.started", "{}")
    assert "zh-Hans" in entry["after"]


async def _registrations(email: str) -> int:
    found: int = await value("SELECT count(*) FROM registration WHERE email_hash = $1", await hash_of(email))
    return found
