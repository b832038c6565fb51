from datetime import timedelta
from uuid import UUID

from domain.identity.privacy.retention import forget_old_sessions
from domain.identity.sessions.log_out import log_out
from domain.identity.sessions.refresh import refresh_session
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.clock import clock_at, now
from domain.shared.database import value
from domain.shared.settings import settings
from tests.factories.identity import signed_in
from tests.factories.open_sessions import session_is_open

KEPT = timedelta(days=30)


async def test_a_device_that_was_signed_out_is_forgotten_after_the_retention() -> None:
    tokens = await signed_in()
    await log_out(await viewer_from_token(tokens.access_token))

    await forget_old_sessions(now() - KEPT)
    kept = await _rows_of(tokens.session_id)
    with clock_at(now() + KEPT + timedelta(minutes=1)):
        await forget_old_sessions(now() - KEPT)

    assert kept == (1, 1)
    assert await _rows_of(tokens.session_id) == (0, 0)


async def test_a_device_that_no_longer_came_is_forgotten_when_its_last_token_has_been_expired_for_the_retention() -> (
    None
):
    tokens = await signed_in()
    forgotten_at = now() + timedelta(days=settings().refresh_token_days) + KEPT

    with clock_at(forgotten_at - timedelta(minutes=1)):
        await forget_old_sessions(now() - KEPT)
        kept = await _rows_of(tokens.session_id)
    with clock_at(forgotten_at + timedelta(minutes=1)):
        await forget_old_sessions(now() - KEPT)

    assert kept == (1, 1)
    assert await _rows_of(tokens.session_id) == (0, 0)


async def test_a_device_that_keeps_coming_loses_only_its_oldest_tokens() -> None:
    tokens = await signed_in()
    for days in (20, 40, 60):
        with clock_at(now() + timedelta(days=days)):
            tokens = await refresh_session(tokens.refresh_token)

    with clock_at(now() + timedelta(days=60) + timedelta(minutes=1)):
        await forget_old_sessions(now() - KEPT)
        later = await refresh_session(tokens.refresh_token)

    assert await _rows_of(tokens.session_id) == (1, 4)
    assert await session_is_open(later.session_id)


async def test_what_was_forgotten_is_counted_until_nothing_is_left() -> None:
    tokens = await signed_in()
    await log_out(await viewer_from_token(tokens.access_token))

    with clock_at(now() + timedelta(days=365)):
        counts = [await forget_old_sessions(now() - KEPT) for _ in range(3)]

    assert counts[0] >= 1
    assert counts[-1] == 0


async def _rows_of(session_id: UUID) -> tuple[int, int]:
    """The session's row, and its refresh tokens'."""
    return (
        await value("SELECT count(*) FROM session WHERE id = $1", session_id),
        await value("SELECT count(*) FROM refresh_token WHERE session_id = $1", session_id),
    )
