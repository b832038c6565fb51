from collections.abc import Callable

import pytest

from domain.identity.errors import WrongCredentials
from domain.identity.log_in import LogIn, log_in
from domain.identity.log_out import log_out
from domain.identity.queries import session_is_open
from domain.identity.refresh import refresh_session
from domain.identity.tokens import viewer_from_token
from domain.shared.database import row, run, value
from domain.shared.errors import NotSignedIn
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS
from tests.factories.identity import PASSWORD, a_user, an_email, signed_in
from tests.factories.people import a_supplier


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


async def test_a_role_brings_its_permissions_and_a_supplier_its_id() -> None:
    supplier_id = await a_supplier()

    clerk = await viewer_from_token((await signed_in(role="fulfilment")).access_token)
    supplier = await viewer_from_token((await signed_in(role="supplier", supplier_id=supplier_id)).access_token)

    assert clerk.may("orders.ship")
    assert not clerk.may("orders.refund")
    assert (supplier.supplier_id, supplier.permissions) == (supplier_id, frozenset())


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("nobody@example.org", PASSWORD),
        ("wrong@example.org", "not the password"),
        ("imported@example.org", PASSWORD),
        ("wrong@example.org", ""),
        ("wrong@example.org", "x" * 1_000_000),
        ("wrong@example.org", "nul\x00 password"),
        ("no address", PASSWORD),
        ("nul\x00@example.org", PASSWORD),
        ("half\ud800@example.org", "half\ud800 a pair"),
    ],
)
async def test_every_wrong_log_in_answers_alike(email: str, password: str) -> None:
    await run("DELETE FROM users WHERE email = ANY($1)", ["wrong@example.org", "imported@example.org"])
    await a_user(email="wrong@example.org")
    imported = await a_user(email="imported@example.org")
    await run("UPDATE users SET password_hash = NULL WHERE id = $1", imported)

    with pytest.raises(WrongCredentials) as refusal:
        await log_in(LogIn(email=email, password=password))

    assert refusal.value.fields() == {}


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
