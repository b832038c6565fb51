"""Access tokens that are to be good no more although they have not expired, known without a statement per request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from domain.shared.clock import now
from domain.shared.database import rows, run
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction

REFRESH_SECONDS = 5.0
_MARGIN = timedelta(minutes=1)


@dataclass
class _Known:
    not_before: dict[UUID, datetime]
    read_at: float


_known: dict[str, _Known] = {}


async def cut_off(subject_id: UUID) -> None:
    """Every access token of this session, person or application that was issued until now is refused from now on.

    This process knows it within `REFRESH_SECONDS` of the commit, and so do all others. A person's row is locked, so that
    a token that is being made right now (`sessions.holder`) is either made before, or with what is true from now on.
    """
    require_transaction("cut_off")
    await run("SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE", subject_id)
    await run(
        """INSERT INTO cutoff (subject_id, not_before, at) VALUES ($1, $2, $2)
           ON CONFLICT (subject_id) DO UPDATE SET not_before = excluded.not_before, at = excluded.at""",
        subject_id,
        now(),
    )


async def is_cut_off(subject_ids: Iterable[UUID], issued_at: datetime) -> bool:
    """Whether a token of these that was issued at `issued_at` is refused; at most `REFRESH_SECONDS` behind."""
    not_before = (await _recent()).not_before
    return any(issued_at <= not_before[one] for one in subject_ids if one in not_before)


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
