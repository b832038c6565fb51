import asyncio
from contextvars import Context
from datetime import timedelta

import pytest

from domain.identity.errors import SessionEnded, TokenExpired
from domain.identity.sessions import cutoffs
from domain.identity.sessions.cutoffs import SKEW, clear_cutoffs, cut_off, is_cut_off
from domain.identity.sessions.log_out import log_out
from domain.identity.sessions.refresh import refresh_session
from domain.identity.sessions.sessions import holder, tokens_of
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.clock import clock_at, now
from domain.shared.database import run, transaction, value
from domain.shared.ids import new_id
from domain.shared.settings import Settings, settings
from tests.factories.identity import signed_in
from tests.factories.people import grant
from tests.statements import counted_statements


@pytest.fixture
def noticed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutoffs, "REFRESH_SECONDS", 0.0)


@pytest.mark.usefixtures("noticed_at_once")
async def test_the_token_of_a_device_that_was_signed_out_is_refused_and_others_are_not() -> None:
    tokens, other = await signed_in(), await signed_in()

    await log_out(await viewer_from_token(tokens.access_token))

    with pytest.raises(SessionEnded):
        await viewer_from_token(tokens.access_token)
    assert await viewer_from_token(other.access_token)


@pytest.mark.usefixtures("noticed_at_once")
async def test_a_person_who_was_cut_off_refreshes_for_a_token_that_tells_what_is_true_now() -> None:
    tokens = await signed_in()
    async with transaction():
        await grant(tokens.user_id, "analyst")
        await cut_off(tokens.user_id)

    with pytest.raises(TokenExpired):
        await viewer_from_token(tokens.access_token)
    later = await refresh_session(tokens.refresh_token)

    assert (await viewer_from_token(later.access_token)).may("reports.request")


async def test_within_five_seconds_it_is_noticed_and_no_request_asks_the_database(shop: Settings) -> None:
    tokens = await signed_in()
    viewer = await viewer_from_token(tokens.access_token)
    await log_out(viewer)

    async with counted_statements(shop) as statements:
        for _ in range(1000):
            await asyncio.gather(viewer_from_token(tokens.access_token), return_exceptions=True)
    await asyncio.sleep(cutoffs.REFRESH_SECONDS)

    assert len(statements) <= 2  # cut-offs and roles, where their time has come
    with pytest.raises(SessionEnded):
        await viewer_from_token(tokens.access_token)


@pytest.mark.usefixtures("noticed_at_once")
async def test_whoever_asks_first_in_a_process_waits_for_the_cut_offs(shop: Settings) -> None:
    subject, issued = new_id(), now()
    async with transaction():
        await cut_off(subject)
    cutoffs._known.pop(shop.database_url, None)

    answers = await asyncio.gather(*(is_cut_off([subject], issued) for _ in range(5)))

    assert answers == [True] * 5


@pytest.mark.usefixtures("noticed_at_once")
async def test_a_token_that_is_made_while_rights_change_has_the_new_ones() -> None:
    tokens = await signed_in()
    async with transaction():
        await grant(tokens.user_id, "analyst")
        await cut_off(tokens.user_id)
        refreshing = asyncio.create_task(refresh_session(tokens.refresh_token), context=Context())
        await asyncio.sleep(0.2)
        waited = not refreshing.done()

    later = await refreshing

    assert waited
    assert (await viewer_from_token(later.access_token)).may("reports.request")


@pytest.mark.usefixtures("noticed_at_once")
async def test_a_token_that_was_made_just_before_rights_change_is_cut_off() -> None:
    tokens = await signed_in()

    async def change() -> None:
        async with transaction():
            await run("DELETE FROM role_grant WHERE user_id = $1", tokens.user_id)
            await cut_off(tokens.user_id)

    async with transaction():
        owner = await holder(tokens.user_id)
        assert owner is not None
        changing = asyncio.create_task(change(), context=Context())
        await asyncio.sleep(0.2)
        waited = not changing.done()
        late = await tokens_of(owner, tokens.session_id, tokens.refresh_token, ("pwd",))
    await changing

    assert waited
    with pytest.raises(TokenExpired):
        await viewer_from_token(late.access_token)


@pytest.mark.usefixtures("noticed_at_once")
async def test_a_session_that_ended_is_over_also_for_tokens_of_a_process_whose_clock_is_ahead() -> None:
    first = await signed_in()
    with clock_at(now() + timedelta(minutes=2)):
        ahead = await refresh_session(first.refresh_token)

    await log_out(await viewer_from_token(first.access_token))

    with pytest.raises(SessionEnded):
        await viewer_from_token(ahead.access_token)


@pytest.mark.usefixtures("noticed_at_once")
async def test_a_person_who_was_cut_off_is_so_for_tokens_of_a_process_whose_clock_is_ahead() -> None:
    first = await signed_in()
    with clock_at(now() + SKEW - timedelta(seconds=5)):
        ahead = await refresh_session(first.refresh_token)

    async with transaction():
        await cut_off(first.user_id)

    with pytest.raises(TokenExpired):
        await viewer_from_token(ahead.access_token)


@pytest.mark.usefixtures("noticed_at_once")
async def test_who_was_cut_off_by_a_process_whose_clock_is_ahead_refreshes_at_once_and_is_cut_off_again() -> None:
    first = await signed_in()
    with clock_at(now() + timedelta(seconds=20)):
        async with transaction():
            await cut_off(first.user_id)

    second = await refresh_session(first.refresh_token)
    viewer = await viewer_from_token(second.access_token)
    async with transaction():
        await cut_off(first.user_id)
    third = await refresh_session(second.refresh_token)

    assert viewer.user_id == first.user_id
    with pytest.raises(TokenExpired):
        await viewer_from_token(second.access_token)
    assert await viewer_from_token(third.access_token)


async def test_cut_offs_are_kept_as_long_as_a_token_of_before_may_live() -> None:
    subject, begin = new_id(), now()
    async with transaction():
        await cut_off(subject)
    counted = []

    for seconds in (settings().access_token_seconds, settings().access_token_seconds + 90):
        with clock_at(begin + timedelta(seconds=seconds)):
            await clear_cutoffs(now())
        counted.append(await value("SELECT count(*) FROM cutoff WHERE subject_id = $1", subject))

    assert counted == [1, 0]
