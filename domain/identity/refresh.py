"""Staying signed in: a refresh token for the next pair of tokens."""

import asyncpg

from domain.identity.errors import SessionEnded
from domain.identity.queries import user
from domain.identity.sessions import Tokens, end_session, next_tokens, refresh_token_hash
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

# Both rows are locked, in this order, so that one family's refreshes follow each other.
_FIND = """SELECT session.id AS session_id, session.user_id, session.ended_at,
                  refresh_token.id AS token_id, refresh_token.used_at, refresh_token.expires_at
           FROM refresh_token JOIN session ON session.id = refresh_token.session_id
           WHERE refresh_token.token_hash = $1
           FOR UPDATE"""


async def refresh_session(refresh_token: str) -> Tokens:
    """Use the token up and give the next pair. Raises SessionEnded.

    A token that comes a second time may have been stolen: nobody can tell which of the two is the thief, so the whole
    session ends and the audit log says so. This is strict: of two refreshes at the same moment one gets tokens, the
    other ends the session under it, and the person signs in again. Clients refresh from one place.
    """
    tokens = await _rotate(refresh_token_hash(refresh_token))
    if tokens is None:
        raise SessionEnded
    return tokens


@use_case
async def _rotate(token_hash: str) -> Tokens | None:
    """None, not an exception, is the refusal: ending the session must be committed."""
    found = await row(_FIND, token_hash)
    if found is None or found["ended_at"] is not None:
        return None
    if found["used_at"] is not None:
        await end_session(Viewer(), found["session_id"], "refresh_reused")
        return None
    if found["expires_at"] <= now():
        return None
    return await _next(found)


async def _next(found: asyncpg.Record) -> Tokens | None:
    await run("UPDATE refresh_token SET used_at = $2 WHERE id = $1", found["token_id"], now())
    owner = await user(found["user_id"])
    return await next_tokens(owner, found["session_id"]) if owner else None
