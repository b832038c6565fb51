"""Devices that are signed in, and the refresh tokens by which they stay so.

A refresh token cannot be guessed, is used up by its first use, and is stored only as its hash. All those of one device are
a family: the session.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from domain.audit.record import record
from domain.identity.queries import UserFacts
from domain.identity.tokens import issue_access_token
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.ids import new_id
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class Tokens:
    access_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_token: str = field(repr=False)
    session_id: UUID
    user_id: UUID


async def open_session(owner: UserFacts) -> Tokens:
    """Sign one more device of `owner` in."""
    require_transaction("open_session")
    session_id = new_id()
    await run("INSERT INTO session (id, user_id, created_at) VALUES ($1, $2, $3)", session_id, owner.id, now())
    await record(Viewer(user_id=owner.id), "logIn", subject=("session", session_id))
    refresh_token = secrets.token_urlsafe(32)
    await keep_refresh_token(session_id, refresh_token)
    return await tokens_of(owner, session_id, refresh_token)


async def keep_refresh_token(session_id: UUID, refresh_token: str) -> None:
    """From now on it refreshes the session, once."""
    require_transaction("keep_refresh_token")
    await run(
        """INSERT INTO refresh_token (id, session_id, token_hash, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5)""",
        new_id(),
        session_id,
        refresh_token_hash(refresh_token),
        now(),
        now() + timedelta(days=settings().refresh_token_days),
    )


async def tokens_of(owner: UserFacts, session_id: UUID, refresh_token: str) -> Tokens:
    """The refresh token given, with a fresh access token."""
    access_token, expires_at = await issue_access_token(owner, session_id)
    return Tokens(access_token, expires_at, refresh_token, session_id, owner.id)


async def end_session(viewer: Viewer, session_id: UUID, reason: str) -> None:
    """Sign the device out, if it is not out already."""
    require_transaction("end_session")
    ended = await run(
        "UPDATE session SET ended_at = $2, ended_reason = $3 WHERE id = $1 AND ended_at IS NULL",
        session_id,
        now(),
        reason,
    )
    if ended:
        await record(viewer, "endSession", subject=("session", session_id), after={"reason": reason})


def refresh_token_hash(refresh_token: str) -> str:
    """A token has 256 bits that nobody can guess, so a fast hash without salt is enough."""
    return sha256(refresh_token.encode(errors="surrogatepass")).hexdigest()
