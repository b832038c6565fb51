import asyncio
from collections.abc import Callable
from time import process_time

import pytest

from domain.identity.accounts.passwords import hash_password
from domain.identity.email_lookup import email_hash
from domain.identity.errors import WrongCredentials
from domain.identity.personal import new_person_key
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.log_out import log_out
from domain.identity.sessions.refresh import refresh_session
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.database import row, run, transaction, value
from domain.shared.errors import NotSignedIn
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS
from tests.factories.identity import PASSWORD, a_user, an_email, signed_in
from tests.factories.open_sessions import session_is_open
from tests.factories.people import a_supplier
from tests.factories.second_factors import protected


async def test_who_logs_in_gets_tokens_of_an_open_session() -> None:
    email = an_email()
    user_id = await a_user(email=email)

    tokens = await log_in(LogIn(email=email.upper(), password=PASSWORD))

    viewer = await viewer_from_token(tokens.access_token)
    assert (viewer.user_id, viewer.session_id, viewer.permissions) == (user_id, tokens.session_id, frozenset())
    assert await session_is_open(tokens.session_id)


async def test_each_log_in_is_a_device_of_its_own() -> None:
    email = an_email()
    await a_user(email=email)

    first = await log_in(LogIn(email=email, password=PASSWORD))
    second = await log_in(LogIn(email=email, password=PASSWORD))

    assert first.session_id != second.session_id
    assert first.refresh_token != second.refresh_token


async def test_a_role_brings_its_permissions_and_a_supplier_its_limit() -> None:
    supplier_id = await a_supplier()

    clerk = await viewer_from_token((await signed_in(role="fulfilment")).access_token)
    supplier = await viewer_from_token((await signed_in(role="supplier", supplier_id=supplier_id)).access_token)

    assert clerk.may("orders.ship")
    assert not clerk.may("orders.refund")
    assert not supplier.may("orders.ship")
    assert supplier.may_for("orders.ship", suppliers=frozenset({supplier_id}))


WRONG: dict[str, str] = {
    "unknown": "",
    "wrong": "",
    "imported": "UPDATE users SET password_hash = NULL WHERE id = $1",
    "suspended": "UPDATE users SET suspended_at = now() WHERE id = $1",
    "erased": "UPDATE users SET erased_at = now() WHERE id = $1",
    "guest": "UPDATE users SET is_guest = TRUE WHERE id = $1",
}


@pytest.mark.parametrize("kind", WRONG)
async def test_every_wrong_log_in_answers_alike(kind: str) -> None:
    command = await _wrong(kind)

    with pytest.raises(WrongCredentials) as refusal:
        await log_in(command)

    assert refusal.value.fields() == {}


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1_000_000, "nul\x00 password", "half\ud800 a pair"])
@pytest.mark.parametrize("email", ["", "no address", "nul\x00@example.org", "half\ud800@example.org"])
async def test_what_nobody_can_have_answers_alike_too(email: str, password: str) -> None:
    known = an_email()
    await a_user(email=known)

    for address in (email, known):
        with pytest.raises(WrongCredentials):
            await log_in(LogIn(email=address, password=password))


async def test_who_signed_up_and_did_not_confirm_is_unknown() -> None:
    email, registration_id = an_email(), new_id()
    async with transaction():
        key = await new_person_key(registration_id)
        await run(
            """INSERT INTO registration (id, email_hash, email_sealed, name_sealed, password_hash, country, language,
                                         currency, created_at)
               VALUES ($1, $2, $3, $4, $5, 'DE', 'en', 'EUR', now())""",
            registration_id,
            await email_hash(email),
            key.seal(email, "email"),
            key.seal("Anna", "name"),
            await hash_password(PASSWORD),
        )

    with pytest.raises(WrongCredentials):
        await log_in(LogIn(email=email, password=PASSWORD))


async def test_every_wrong_log_in_takes_equally_long_whoever_has_a_second_factor() -> None:
    commands = {kind: await _wrong(kind) for kind in WRONG}
    commands["protected"] = LogIn(email=(await protected()).email, password="not the password")

    rounds = [{kind: await _processor_seconds(command) for kind, command in commands.items()} for _ in range(6)]

    fastest = {kind: min(seconds[kind] for seconds in rounds) for kind in commands}
    assert max(fastest.values()) < 1.5 * min(fastest.values()), fastest


async def test_a_wrong_log_in_opens_no_session() -> None:
    email = an_email()
    user_id = await a_user(email=email)

    with pytest.raises(WrongCredentials):
        await log_in(LogIn(email=email, password="not the password"))

    assert await value("SELECT count(*) FROM session WHERE user_id = $1", user_id) == 0


async def test_a_log_in_renews_the_hash_when_parameters_rose(configure: Callable[..., None]) -> None:
    email = an_email()
    user_id = await a_user(email=email)
    configure(argon2_time_cost=3)

    await log_in(LogIn(email=email, password=PASSWORD))

    stored = await value("SELECT password_hash FROM users WHERE id = $1", user_id)
    assert "t=3" in stored
    assert await log_in(LogIn(email=email, password=PASSWORD))


async def test_a_log_in_is_audited_without_address_or_tokens() -> None:
    email = an_email()
    user_id = await a_user(email=email)

    tokens = await log_in(LogIn(email=email, password=PASSWORD))

    entry = await row("SELECT *, audit_entry::text AS all FROM audit_entry WHERE subject_id = $1", tokens.session_id)
    assert entry is not None
    assert (entry["action"], entry["actor_id"]) == ("logIn", user_id)
    for secret in (email, tokens.access_token, tokens.refresh_token):
        assert secret not in entry["all"] + repr(tokens)


async def test_the_refresh_token_is_stored_only_as_its_hash() -> None:
    tokens = await signed_in()

    stored = await value("SELECT refresh_token::text FROM refresh_token WHERE session_id = $1", tokens.session_id)

    assert tokens.refresh_token not in stored
    assert len(tokens.refresh_token) == 43


async def test_log_ins_at_once_succeed_although_one_renews_the_hash(configure: Callable[..., None]) -> None:
    email = an_email()
    await a_user(email=email)
    configure(argon2_time_cost=3)

    outcomes = await asyncio.gather(*(log_in(LogIn(email=email, password=PASSWORD)) for _ in range(4)))

    assert len({tokens.session_id for tokens in outcomes}) == 4


async def test_logging_out_ends_this_device_only() -> None:
    email = an_email()
    await a_user(email=email)
    here = await log_in(LogIn(email=email, password=PASSWORD))
    there = await log_in(LogIn(email=email, password=PASSWORD))
    viewer = await viewer_from_token(here.access_token)

    await log_out(viewer)
    await log_out(viewer)

    assert not await session_is_open(here.session_id)
    assert await session_is_open(there.session_id)
    assert await refresh_session(there.refresh_token)
    endings = await value(
        "SELECT count(*) FROM audit_entry WHERE action = 'endSession' AND subject_id = $1", here.session_id
    )
    assert endings == 1


async def test_nobody_logs_out_who_is_not_signed_in() -> None:
    with pytest.raises(NotSignedIn):
        await log_out(ANONYMOUS)


async def test_an_unknown_session_is_not_open() -> None:
    assert not await session_is_open(new_id())


async def _wrong(kind: str) -> LogIn:
    """A log-in that must fail, by whoever the kind says."""
    email = an_email()
    if kind == "unknown":
        return LogIn(email=email, password=PASSWORD)
    user_id = await a_user(email=email)
    if change := WRONG[kind]:
        await run(change, user_id)
    return LogIn(email=email, password="not the password" if kind == "wrong" else PASSWORD)


async def _processor_seconds(command: LogIn) -> float:
    """Of this process: what else runs on the machine does not count."""
    started = process_time()
    with pytest.raises(WrongCredentials):
        await log_in(command)
    return process_time() - started
