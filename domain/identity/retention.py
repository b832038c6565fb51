"""Forgetting devices that are signed in no more."""

from datetime import datetime

from domain.shared.database import rows, run
from domain.shared.transactions import use_case

_CHUNK = 1_000


@use_case
async def forget_old_sessions(before: datetime) -> int:
    """Delete sessions that ended, and refresh tokens that expired, before `before`; with its last token a session goes.

    Some thousand rows at a time: returns how many, 0 when nothing is left. A refresh token that has expired works no
    more; that it was used twice is noticed only as long as it is kept.
    """
    tokens = await rows(
        """DELETE FROM refresh_token WHERE id IN (SELECT id FROM refresh_token WHERE expires_at < $1 LIMIT $2)
           RETURNING session_id""",
        before,
        _CHUNK,
    )
    left = await run(
        """DELETE FROM session WHERE id = ANY($1)
           AND NOT EXISTS (SELECT FROM refresh_token WHERE session_id = session.id)""",
        list({token["session_id"] for token in tokens}),
    )
    ended = await run(
        "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE ended_at < $1 LIMIT $2)", before, _CHUNK
    )
    return len(tokens) + left + ended
