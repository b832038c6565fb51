import asyncio
from base64 import urlsafe_b64decode
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from domain.identity.errors import SessionEnded
from domain.identity.sessions.log_out import log_out
from domain.identity.sessions.refresh import refresh_session, token_after
from domain.identity.sessions.sessions import Tokens
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.clock import clock_at, now
from domain.shared.database import row, rows, value
from domain.shared.sealing import derived
from domain.shared.secrets import secret_for
from tests.factories.identity import signed_in
from tests.factories.open_sessions import session_is_open
from tests.factories.people import grant


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


async def test_a_token_sent_again_at_once_gives_the_same_next_one_since_the_answer_may_be_lost() -> None:
    tokens = await signed_in()

    first, again = [await refresh_session(tokens.refresh_token) for _ in range(2)]

    assert again.refresh_token == first.refresh_token
    assert (await viewer_from_token(again.access_token)).session_id == tokens.session_id
    assert await refresh_session(again.refresh_token)
    assert await session_is_open(tokens.session_id)
    assert await _audited(tokens, "refreshSession") == ['{"again":false}', '{"again":true}', '{"again":false}']


async def test_of_many_refreshes_at_once_all_get_tokens_that_work() -> None:
    tokens = await signed_in()

    answers = await asyncio.gather(*(refresh_session(tokens.refresh_token) for _ in range(6)))

    assert len({one.refresh_token for one in answers}) == 1
    assert {(await viewer_from_token(one.access_token)).session_id for one in answers} == {tokens.session_id}
    assert await value("SELECT count(*) FROM refresh_token WHERE session_id = $1", tokens.session_id) == 2
    assert await refresh_session(answers[0].refresh_token)


@pytest.mark.parametrize(("seconds", "is_open"), [(9.9, True), (10, True), (10.1, False), (86_400, False)])
async def test_a_used_token_ends_the_session_when_it_comes_after_ten_seconds(seconds: float, is_open: bool) -> None:
    tokens, used_at = await signed_in(), now()
    with clock_at(used_at):
        await refresh_session(tokens.refresh_token)

    with clock_at(used_at + timedelta(seconds=seconds)):
        await asyncio.gather(refresh_session(tokens.refresh_token), return_exceptions=True)

    assert await session_is_open(tokens.session_id) == is_open


async def test_a_used_token_that_comes_late_is_audited_and_no_token_of_the_device_works() -> None:
    tokens = await signed_in()
    later = await refresh_session(tokens.refresh_token)

    with _later(), pytest.raises(SessionEnded):
        await refresh_session(tokens.refresh_token)

    session = await row("SELECT ended_at, ended_reason FROM session WHERE id = $1", tokens.session_id)
    assert session is not None
    assert session["ended_at"] is not None
    assert session["ended_reason"] == "refresh_reused"
    assert await _audited(tokens, "endSession") == ['{"reason":"refresh_reused"}']
    with pytest.raises(SessionEnded):
        await refresh_session(later.refresh_token)


async def test_a_token_whose_next_one_was_used_ends_the_session_at_once() -> None:
    oldest = await signed_in()
    older = await refresh_session(oldest.refresh_token)
    newest = await refresh_session(older.refresh_token)

    assert (await refresh_session(older.refresh_token)).refresh_token == newest.refresh_token
    with pytest.raises(SessionEnded):
        await refresh_session(oldest.refresh_token)

    assert await _audited(oldest, "endSession") == ['{"reason":"refresh_reused"}']


async def test_a_thief_within_the_ten_seconds_shares_one_token_and_is_found_at_its_second_use() -> None:
    stolen = await signed_in()
    owner, thief = await refresh_session(stolen.refresh_token), await refresh_session(stolen.refresh_token)
    await refresh_session(thief.refresh_token)

    with _later(), pytest.raises(SessionEnded):
        await refresh_session(owner.refresh_token)

    assert not await session_is_open(stolen.session_id)


async def test_a_thief_and_the_owner_refreshing_at_once_end_in_one_ended_session() -> None:
    stolen = await signed_in()
    newest = await refresh_session(stolen.refresh_token)

    with _later():
        outcomes = await asyncio.gather(
            refresh_session(newest.refresh_token), refresh_session(stolen.refresh_token), return_exceptions=True
        )

    assert isinstance(outcomes[1], SessionEnded)
    assert not await session_is_open(stolen.session_id)
    assert len(await _audited(stolen, "endSession")) == 1


async def test_one_device_ends_without_the_others() -> None:
    stolen, other = await signed_in(), await signed_in()
    await refresh_session(stolen.refresh_token)

    with _later(), pytest.raises(SessionEnded):
        await refresh_session(stolen.refresh_token)

    assert await session_is_open(other.session_id)


async def test_nobody_works_out_the_next_token_without_the_secret_of_the_installation() -> None:
    tokens = await signed_in()
    later = await refresh_session(tokens.refresh_token)

    known = await token_after(tokens.refresh_token)
    secret = await secret_for("refresh tokens")
    guesses = {derived(guess, f"after {tokens.refresh_token}") for guess in (bytes(32), secret[:31] + b"\0", b"hanse")}

    assert known == later.refresh_token
    assert known != tokens.refresh_token
    assert urlsafe_b64decode(known + "=") not in guesses


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

    assert await _audited(tokens, "endSession") == ['{"reason":"logged_out"}']


async def test_logging_out_goes_before_the_ten_seconds() -> None:
    tokens = await signed_in()
    later = await refresh_session(tokens.refresh_token)
    await log_out(await viewer_from_token(later.access_token))

    with pytest.raises(SessionEnded):
        await refresh_session(tokens.refresh_token)


async def test_the_next_access_token_carries_the_role_that_the_person_has_by_then() -> None:
    tokens = await signed_in()
    await grant(tokens.user_id, "finance")

    later = await refresh_session(tokens.refresh_token)

    assert (await viewer_from_token(later.access_token)).may("orders.refund")


@pytest.mark.parametrize("token", ["", "guess", "\x00", "\ud800", "x" * 1_000_000])
async def test_what_was_never_a_refresh_token_is_refused(token: str) -> None:
    with pytest.raises(SessionEnded):
        await refresh_session(token)


def _later() -> AbstractContextManager[None]:
    return clock_at(now() + timedelta(seconds=11))


async def _audited(tokens: Tokens, action: str) -> list[str]:
    found = await rows(
        "SELECT after FROM audit_entry WHERE action = $1 AND subject_id = $2 ORDER BY id", action, tokens.session_id
    )
    return [one["after"] for one in found]
