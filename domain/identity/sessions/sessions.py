"""Devices that are signed in, and the refresh tokens by which they stay so.

A refresh token cannot be guessed, is used up by its first use, and is stored only as its hash. All those of one device are
a family: the session.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import orjson

from domain.audit.record import record
from domain.identity.errors import WrongCredentials
from domain.identity.personal import person_key
from domain.identity.queries import UserFacts, user
from domain.identity.sessions.cutoffs import cut_off
from domain.identity.sessions.tokens import issue_access_token
from domain.shared.caller import caller
from domain.shared.clock import now
from domain.shared.database import rows, run
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


async def open_session(person: UserFacts, methods: tuple[str, ...] = ("pwd",)) -> Tokens:
    """Sign one more device of a person in, who proved to be it by `methods` (names of RFC 8176).

    Raises WrongCredentials for somebody who was suspended or erased in the meantime.
    """
    require_transaction("open_session")
    owner = await holder(person.id)
    if owner is None:
        raise WrongCredentials
    session_id, key = new_id(), await person_key(owner.id)
    await run(
        """INSERT INTO session (id, user_id, methods, device_sealed, address_sealed, created_at, last_used_at)
           VALUES ($1, $2, $3, $4, $5, $6, $6)""",
        session_id,
        owner.id,
        orjson.dumps(methods).decode(),
        key and key.seal(caller().device, "device"),
        key and key.seal(caller().address, "address"),
        now(),
    )
    await record(Viewer(user_id=owner.id), "logIn", subject=("session", session_id), after={"methods": methods})
    refresh_token = secrets.token_urlsafe(32)
    await keep_refresh_token(session_id, refresh_token)
    return await tokens_of(owner, session_id, refresh_token, methods)


async def holder(user_id: UUID) -> UserFacts | None:
    """Whom tokens are made for, as the person is until the transaction ends; None for one who may hold none.

    What changes a person's rights waits for us, or we for it: no token with rights of before comes after (`cutoffs`).
    """
    require_transaction("holder")
    await run("SELECT FROM users WHERE id = $1 FOR SHARE", user_id)
    owner = await user(user_id)
    return None if owner is None or owner.is_suspended or owner.is_erased else owner


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


async def tokens_of(owner: UserFacts, session_id: UUID, refresh_token: str, methods: tuple[str, ...]) -> Tokens:
    """The refresh token given, with a fresh access token."""
    access_token, expires_at = await issue_access_token(owner, session_id, methods)
    return Tokens(access_token, expires_at, refresh_token, session_id, owner.id)


async def end_session(viewer: Viewer, session_id: UUID, reason: str) -> bool:
    """Sign the device out; False if it is out already. Its access tokens are refused within seconds."""
    require_transaction("end_session")
    ended = await run(
        "UPDATE session SET ended_at = $2, ended_reason = $3 WHERE id = $1 AND ended_at IS NULL",
        session_id,
        now(),
        reason,
    )
    if ended:
        await cut_off(session_id)
        await record(viewer, "endSession", subject=("session", session_id), after={"reason": reason})
    return bool(ended)


async def end_sessions_of(viewer: Viewer, user_id: UUID, reason: str, *, except_session: UUID | None = None) -> int:
    """Sign all devices of a person out, except one where that is named. Returns how many were ended."""
    require_transaction("end_sessions_of")
    found = await rows(
        "SELECT id FROM session WHERE user_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $2 ORDER BY id",
        user_id,
        except_session,
    )
    for one in found:
        await end_session(viewer, one["id"], reason)
    return len(found)


def refresh_token_hash(refresh_token: str) -> str:
    """A token has 256 bits that nobody can guess, so a fast hash without salt is enough."""
    return sha256(refresh_token.encode(errors="surrogatepass")).hexdigest()
