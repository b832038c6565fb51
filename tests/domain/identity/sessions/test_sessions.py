from datetime import timedelta

import pytest

from domain.identity.errors import SessionEnded, WrongCredentials
from domain.identity.queries import user
from domain.identity.sessions.end_own_sessions import end_own_session, end_own_sessions
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.log_out import log_out
from domain.identity.sessions.refresh import refresh_session
from domain.identity.sessions.session_queries import MOST, SessionFacts, sessions_of
from domain.identity.sessions.sessions import Tokens, open_session
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.caller import Caller, bind_caller
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, transaction
from domain.shared.errors import NotAllowed, NotFound, NotSignedIn
from domain.shared.ids import new_id
from domain.shared.settings import Settings, settings
from domain.shared.viewer import ANONYMOUS, Viewer
from tests.factories.identity import PASSWORD, a_user, an_email, signed_in
from tests.factories.open_sessions import session_is_open
from tests.statements import counted_statements


async def test_a_person_sees_where_they_are_signed_in() -> None:
    address, device = "2001:db8::7", "Mozilla/5.0 (Anna's phone)"
    first, second = await _two_devices(Caller(address, device))
    later = now() + timedelta(minutes=5)
    with clock_at(later):
        await refresh_session(first.refresh_token)

    found = await sessions_of(await viewer_from_token(second.access_token))

    assert [(one.id, one.is_current) for one in found] == [(first.session_id, False), (second.session_id, True)]
    assert found[0].last_used_at == later
    assert found[0].created_at < later
    assert {(one.address, one.device, one.methods) for one in found} == {(address, device, ("pwd",))}


async def test_where_somebody_is_signed_in_is_stored_under_their_key() -> None:
    first, _ = await _two_devices(Caller("203.0.113.9", "Anna's phone"))

    stored = await rows("SELECT session::text AS all FROM session WHERE user_id = $1", first.user_id)

    assert len(stored) == 2
    assert not any("203.0.113.9" in one["all"] or "Anna" in one["all"] for one in stored)


async def test_devices_that_are_out_or_came_no_more_are_not_shown() -> None:
    first, second = await _two_devices()
    viewer = await viewer_from_token(first.access_token)
    await end_own_session(viewer, second.session_id)

    now_shown = await _ids(viewer)
    with clock_at(now() + timedelta(days=settings().refresh_token_days)):
        later_shown = await _ids(viewer)

    assert (now_shown, later_shown) == ([first.session_id], [])


async def test_the_list_is_bounded_and_costs_two_statements(shop: Settings) -> None:
    user_id = await a_user()
    await run(
        """WITH made AS (INSERT INTO session (id, user_id, methods, created_at, last_used_at)
                         SELECT gen_random_uuid(), $1, '[]', now(), now() FROM generate_series(1, 150) RETURNING id)
           INSERT INTO refresh_token (id, session_id, token_hash, created_at, expires_at)
           SELECT gen_random_uuid(), id, id::text, now(), now() + interval '1 day' FROM made""",
        user_id,
    )

    async with counted_statements(shop) as statements:
        found = await sessions_of(Viewer(user_id=user_id))

    assert len(found) == MOST
    assert len(statements) == 2


async def test_one_device_is_ended_from_another() -> None:
    first, second = await _two_devices()
    viewer = await viewer_from_token(first.access_token)

    counted = [await end_own_session(viewer, second.session_id) for _ in range(2)]

    assert counted == [True, False]
    assert [await session_is_open(one.session_id) for one in (first, second)] == [True, False]
    with pytest.raises(SessionEnded):
        await refresh_session(second.refresh_token)
    assert await _audited(second) == ['{"reason":"ended_by_owner"}']


async def test_a_foreign_session_is_ended_as_little_as_one_that_does_not_exist() -> None:
    mine, foreign = await signed_in(), await signed_in()
    viewer = await viewer_from_token(mine.access_token)

    for session_id in (foreign.session_id, new_id()):
        with pytest.raises(NotFound) as refusal:
            await end_own_session(viewer, session_id)
        assert (refusal.value.kind, refusal.value.id) == ("Session", session_id)

    assert await session_is_open(foreign.session_id)


@pytest.mark.parametrize(("except_this", "ended", "still_open"), [(True, 1, [True, False]), (False, 2, [False, False])])
async def test_all_devices_are_ended_or_all_but_this_one(except_this: bool, ended: int, still_open: list[bool]) -> None:
    first, second = await _two_devices()
    foreign = await signed_in()

    counted = await end_own_sessions(await viewer_from_token(first.access_token), except_this=except_this)

    assert counted == ended
    assert [await session_is_open(one.session_id) for one in (first, second)] == still_open
    assert await session_is_open(foreign.session_id)


@pytest.mark.parametrize(
    ("viewer", "refusal"), [(ANONYMOUS, NotSignedIn), (Viewer(application_id=new_id()), NotAllowed)]
)
async def test_only_a_person_has_devices(viewer: Viewer, refusal: type[Exception]) -> None:
    for refused in (
        sessions_of(viewer),
        end_own_session(viewer, new_id()),
        end_own_sessions(viewer, except_this=False),
        log_out(viewer),
    ):
        with pytest.raises(refusal):
            await refused


async def test_a_device_signs_out_by_its_refresh_token_alone() -> None:
    tokens = await signed_in()

    ended = await log_out(ANONYMOUS, tokens.refresh_token)
    again = await log_out(ANONYMOUS, tokens.refresh_token)

    assert (ended, again) == (tokens.session_id, None)
    assert not await session_is_open(tokens.session_id)


async def test_a_refresh_token_that_was_used_up_ends_nothing() -> None:
    tokens = await signed_in()
    await refresh_session(tokens.refresh_token)

    assert await log_out(ANONYMOUS, tokens.refresh_token) is None

    assert await session_is_open(tokens.session_id)


async def test_nobody_signs_in_who_was_suspended_in_the_meantime() -> None:
    person = await user(await a_user())
    assert person is not None
    await run("UPDATE users SET suspended_at = now() WHERE id = $1", person.id)

    with pytest.raises(WrongCredentials):
        async with transaction():
            await open_session(person)


async def _two_devices(caller: Caller | None = None) -> tuple[Tokens, Tokens]:
    """Of one person."""
    email = an_email()
    await a_user(email=email)
    bind_caller(caller or Caller())
    first, second = [await log_in(LogIn(email=email, password=PASSWORD)) for _ in range(2)]
    bind_caller(Caller())
    return first, second


async def _ids(viewer: Viewer) -> list[object]:
    found: list[SessionFacts] = await sessions_of(viewer)
    return [one.id for one in found]


async def _audited(tokens: Tokens) -> list[str]:
    found = await rows(
        "SELECT after FROM audit_entry WHERE subject_id = $1 AND action = 'endSession'", tokens.session_id
    )
    return [one["after"] for one in found]
