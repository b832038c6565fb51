"""Staying signed in: a refresh token for the next pair of tokens."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from uuid import UUID

import asyncpg
import orjson

from domain.audit.record import record
from domain.identity.errors import SessionEnded
from domain.identity.sessions.sessions import (
    Tokens,
    end_session,
    holder,
    keep_refresh_token,
    refresh_token_hash,
    tokens_of,
)
from domain.shared.clock import now
from domain.shared.database import row, run, value
from domain.shared.sealing import derived
from domain.shared.secrets import secret_for
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

GRACE = timedelta(seconds=10)

# The rows are locked in this order: first the person, whose rights the token will tell (`sessions.holder`), as those do
# who suspend somebody; then the family, so that its refreshes follow each other.
_FIND = """SELECT session.id AS session_id, session.user_id, session.ended_at, session.methods,
                  refresh_token.id AS token_id, refresh_token.used_at, refresh_token.expires_at
           FROM refresh_token JOIN session ON session.id = refresh_token.session_id
                JOIN users ON users.id = session.user_id
           WHERE refresh_token.token_hash = $1
           FOR SHARE OF users FOR UPDATE OF session, refresh_token"""


async def refresh_session(refresh_token: str) -> Tokens:
    """Use the token up and give the next pair. Raises SessionEnded.

    The same token again, within ten seconds of its use and while the next one is unused, gives the same next one with a
    fresh access token: an answer may be lost, and two pages of one browser may refresh at once. Nothing forks: whoever
    got it, there is one next token. Any other second use may be a theft: nobody can tell which of the two is the thief,
    so the whole session ends, and the audit log says so.
    """
    tokens = await _refresh(refresh_token)
    if tokens is None:
        raise SessionEnded
    return tokens


async def token_after(refresh_token: str) -> str:
    """The next token of the family: known only to who has this one and the shop's secret, so that neither needs be kept."""
    raw = derived(await secret_for("refresh tokens"), f"after {refresh_token}")
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@use_case
async def _refresh(refresh_token: str) -> Tokens | None:
    """None, not an exception, is the refusal: ending the session must be committed."""
    found = await row(_FIND, refresh_token_hash(refresh_token))
    if found is None or found["ended_at"] is not None:
        return None
    again = found["used_at"] is not None
    if again and not await _may_come_again(found, refresh_token):
        await end_session(Viewer(), found["session_id"], "refresh_reused")
        return None
    owner = await holder(found["user_id"])
    if owner is None or (not again and found["expires_at"] <= now()):
        return None
    following = await token_after(refresh_token)
    if not again:
        await _use_up(found["token_id"], found["session_id"], following)
    await record(
        Viewer(user_id=owner.id), "refreshSession", subject=("session", found["session_id"]), after={"again": again}
    )
    return await tokens_of(owner, found["session_id"], following, tuple(orjson.loads(found["methods"])))


async def _may_come_again(found: asyncpg.Record, refresh_token: str) -> bool:
    if now() - found["used_at"] > GRACE:
        return False
    next_hash = refresh_token_hash(await token_after(refresh_token))
    return bool(await value("SELECT used_at IS NULL FROM refresh_token WHERE token_hash = $1", next_hash))


async def _use_up(token_id: UUID, session_id: UUID, following: str) -> None:
    await run("UPDATE refresh_token SET used_at = $2 WHERE id = $1", token_id, now())
    await run("UPDATE session SET last_used_at = $2 WHERE id = $1", session_id, now())
    await keep_refresh_token(session_id, following)
