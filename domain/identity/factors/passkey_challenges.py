"""What authenticators are asked to sign: random, good once and for five minutes."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.ids import new_id
from domain.shared.transactions import require_transaction

LIFETIME = timedelta(minutes=5)

Purpose = Literal["register", "log_in", "second"]
"""To register a passkey, to log in by it alone, to show it after the password."""


@dataclass(frozen=True)
class Challenge:
    id: UUID
    raw: bytes
    expires_at: datetime


async def new_challenge(purpose: Purpose, user_id: UUID | None = None) -> Challenge:
    """`user_id` is the only person who may answer; None: whoever can."""
    require_transaction("new_challenge")
    made = Challenge(new_id(), secrets.token_bytes(32), now() + LIFETIME)
    await run(
        "INSERT INTO passkey_challenge (id, user_id, challenge, purpose, expires_at) VALUES ($1, $2, $3, $4, $5)",
        made.id,
        user_id,
        made.raw,
        purpose,
        made.expires_at,
    )
    return made


async def use_challenge(challenge_id: UUID, purpose: Purpose, user_id: UUID | None = None) -> bytes | None:
    """What had to be signed, for the last time; None when it is unknown, used, expired, or was for something else.

    The caller has to commit, also when the answer is refused: no challenge is answered twice.
    """
    require_transaction("use_challenge")
    found: bytes | None = await value(
        """DELETE FROM passkey_challenge
           WHERE id = $1 AND purpose = $2 AND user_id IS NOT DISTINCT FROM $3 AND expires_at > $4 RETURNING challenge""",
        challenge_id,
        purpose,
        user_id,
        now(),
    )
    return found
