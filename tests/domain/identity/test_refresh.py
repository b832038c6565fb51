import asyncio
from datetime import timedelta

import pytest

from domain.identity.errors import SessionEnded
from domain.identity.log_out import log_out
from domain.identity.queries import session_is_open
from domain.identity.refresh import refresh_session
from domain.identity.sessions import Tokens
from domain.identity.tokens import viewer_from_token
from domain.shared.clock import clock_at, now
from domain.shared.database import row, rows, run, value
from tests.factories.identity import signed_in


async def test_a_refresh_token_gives_the_next_pair_of_the_same_session() -> None:
    tokens = await signed_in()

    later = await refresh_session(tokens.refresh_token)

    assert (later.session_id, later.user_id) == (tokens.session_id, tokens.user_id)
    assert later.refresh_token != tokens.refresh_token
    assert (await viewer_from_token(later.access_token)).session_id == tokens.session_id


async def test_a_chain_of_refreshes_goes_on() -> None:
    tokens = await signed_in()

    for _ in range(4):
        tokens = await refresh_session(tokens.refresh_token)

    assert await session_is_open(tokens.session_id)


async def test_an_old_token_ends_the_session_and_is_audited() -> None:
    tokens = await signed_in()
    later = await refresh_session(tokens.refresh_token)

    with pytest.raises(SessionEnded):
        await refresh_session(tokens.refresh_token)

    session = await row("SELECT ended_at, ended_reason FROM session WHERE id = $1", tokens.session_id)
    assert session is not None
    assert session["ended_at"] is not None
    assert session["ended_reason"] == "refresh_reused"
    assert await _endings(tokens) == ['{"reason": "refresh_reused"}']
    with pytest.raises(SessionEnded):
        await refresh_session(later.refresh_token)


async def test_of_many_refreshes_at_once_one_wins_and_the_session_ends() -> None:
    tokens = await signed_in()

    outcomes = await asyncio.gather(*(refresh_session(tokens.refresh_token) for _ in range(6)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["SessionEnded"] * 5 + ["Tokens"]
    assert not await session_is_open(tokens.session_id)
    assert await _endings(tokens) == ['{"reason": "refresh_reused"}']
    assert await value("SELECT count(*) FROM refresh_token WHERE session_id = $1", tokens.session_id) == 2


async def test_a_thief_and_the_owner_refreshing_at_once_end_in_one_ended_session() -> None:
    stolen = await signed_in()
    newest = await refresh_session(stolen.refresh_token)

    outcomes = await asyncio.gather(
        refresh_session(newest.refresh_token), refresh_session(stolen.refresh_token), return_exceptions=True
    )

    assert isinstance(outcomes[1], SessionEnded)
    assert not await session_is_open(stolen.session_id)
    assert len(await _endings(stolen)) == 1


async def test_one_device_ends_without_the_others() -> None:
    stolen, other = await signed_in(), await signed_in()
    await refresh_session(stolen.refresh_token)

    with pytest.raises(SessionEnded):
        await refresh_session(stolen.refresh_token)

    assert await session_is_open(other.session_id)


async def test_a_token_that_lay_too_long_is_refused() -> None:
    tokens = await signed_in()

    with clock_at(now() + timedelta(days=31)), pytest.raises(SessionEnded):
        await refresh_session(tokens.refresh_token)

    assert await refresh_session(tokens.refresh_token)


async def test_no_token_works_after_logging_out() -> None:
    tokens = await signed_in()
    await log_out(await viewer_from_token(tokens.access_token))

    with pytest.raises(SessionEnded):
        await refresh_session(tokens.refresh_token)

    assert await _endings(tokens) == ['{"reason": "logged_out"}']


async def test_the_next_access_token_carries_the_role_that_the_person_has_by_then() -> None:
    tokens = await signed_in()
    await run("UPDATE users SET role_id = (SELECT id FROM role WHERE name = 'finance') WHERE id = $1", tokens.user_id)

    later = await refresh_session(tokens.refresh_token)

    assert (await viewer_from_token(later.access_token)).may("orders.refund")


@pytest.mark.parametrize("token", ["", "guess", "\x00", "\ud800", "x" * 1_000_000])
async def test_what_was_never_a_refresh_token_is_refused(token: str) -> None:
    with pytest.raises(SessionEnded):
        await refresh_session(token)


async def _endings(tokens: Tokens) -> list[str]:
    found = await rows(
        "SELECT after FROM audit_entry WHERE action = 'endSession' AND subject_id = $1", tokens.session_id
    )
    return [one["after"] for one in found]
