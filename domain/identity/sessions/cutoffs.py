"""Access tokens that are to be good no more although they have not expired, known without a statement per request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from domain.shared.clock import now
from domain.shared.database import rows, run, value
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction

REFRESH_SECONDS = 5.0
SKEW = timedelta(seconds=30)
"""How far the clocks of two processes may differ."""
_MARGIN = 2 * SKEW
"""How much longer than its token's life a row is kept: one clock gave the token, another one ends it."""
_MICROSECOND = timedelta(microseconds=1)


@dataclass
class _Known:
    not_before: dict[UUID, datetime]
    read_at: float


_known: dict[str, _Known] = {}


async def cut_off(subject_id: UUID) -> None:
    """Every access token of this session, person or application that was issued until now is refused from now on.

    Of a person or application those that come after are good (`moment_of_issue`); a session is over for good.

    This process knows it within `REFRESH_SECONDS` of the commit, and so do all others. A person's row is locked, so that
    a token that is being made right now (`sessions.holder`) is either made before, or with what is true from now on.
    """
    require_transaction("cut_off")
    await run("SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE", subject_id)
    await run(
        """INSERT INTO cutoff (subject_id, not_before, at) VALUES ($1, $2, $2)
           ON CONFLICT (subject_id) DO UPDATE SET at = greatest(excluded.at, cutoff.at),
               not_before = greatest(excluded.not_before, cutoff.not_before + interval '1 microsecond')""",
        subject_id,
        now(),
    )


async def moment_of_issue(subject_id: UUID) -> datetime:
    """What a token that is made now says of when it was: behind every cut-off so far, also where another process, whose
    clock is ahead, made that.

    Belongs into the transaction that locks the person or application, so that no cut-off comes in between.
    """
    last = await value("SELECT not_before FROM cutoff WHERE subject_id = $1", subject_id)
    return now() if last is None else max(now(), last + SKEW + _MICROSECOND)


async def is_good_no_more(subject_id: UUID, issued_at: datetime) -> bool:
    """Whether a token that says so of its issue is refused because its person or application was cut off since.

    Also where the process that made it had a clock ahead, by at most `SKEW`. At most `REFRESH_SECONDS` behind.
    """
    return await is_cut_off([subject_id], issued_at - SKEW)


async def is_ended(session_id: UUID) -> bool:
    """Whether the session was cut off, whatever the clocks say: it never comes back. At most `REFRESH_SECONDS` behind."""
    return session_id in (await _recent()).not_before


async def is_cut_off(subject_ids: Iterable[UUID], moment: datetime) -> bool:
    """Whether one of these was cut off at `moment` or since; at most `REFRESH_SECONDS` behind."""
    not_before = (await _recent()).not_before
    return any(moment <= not_before[one] for one in subject_ids if one in not_before)


async def clear_cutoffs(before: datetime) -> int:
    """Delete those that no living token can have been issued before. Returns how many."""
    oldest = min(before, now() - timedelta(seconds=settings().access_token_seconds) - _MARGIN)
    return await run("DELETE FROM cutoff WHERE at < $1", oldest)


async def _recent() -> _Known:
    database, at = settings().database_url, monotonic()
    known = _known.get(database)
    if known is not None and at - known.read_at < REFRESH_SECONDS:
        return known
    if known is not None:
        known.read_at = at  # whoever asks while the statement runs goes on with the earlier rows
    since = now() - timedelta(seconds=settings().access_token_seconds) - _MARGIN
    found = await rows("SELECT subject_id, not_before FROM cutoff WHERE at > $1", since)
    made = _known[database] = _Known({one["subject_id"]: one["not_before"] for one in found}, at)
    return made
