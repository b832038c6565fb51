"""Log-ins whose password was right and whose second factor is still to come.

Wrong tries are counted in PostgreSQL, so that they are counted whatever becomes of Redis.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from uuid import UUID

from domain.audit.record import record
from domain.identity.errors import TooManyAttempts
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.ids import new_id
from domain.shared.sealing import keyed_hash
from domain.shared.secrets import secret_for
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

LIFETIME = timedelta(minutes=5)
MOST_FAILURES = 5
"""Of one attempt, whatever was tried; and of codes of six digits in all attempts of one person within `REMEMBERED`."""
REMEMBERED = timedelta(hours=1)

_TOKEN = re.compile("[0-9a-f]{96}")


@dataclass(frozen=True)
class Attempt:
    id: UUID
    user_id: UUID


async def open_attempt(user_id: UUID, password_hash: str) -> str:
    """The token with which the second step names this first one. A new password makes it worthless."""
    require_transaction("open_attempt")
    attempt_id = new_id()
    await run(
        """INSERT INTO log_in_attempt (id, user_id, failures, code_failures, created_at, expires_at)
           VALUES ($1, $2, 0, 0, $3, $4)""",
        attempt_id,
        user_id,
        now(),
        now() + LIFETIME,
    )
    return attempt_id.hex + await _proof(attempt_id, password_hash)


async def claim_attempt(token: str) -> Attempt | None:
    """The attempt while it can go on, else None. Until the transaction ends, no other attempt of this person goes on."""
    require_transaction("claim_attempt")
    if not _TOKEN.fullmatch(token):
        return None
    found = await row(
        """SELECT a.id, a.user_id, u.password_hash FROM log_in_attempt a JOIN users u ON u.id = a.user_id
           WHERE a.id = $1 AND a.used_at IS NULL AND a.expires_at > $2 AND a.failures < $3
             AND u.suspended_at IS NULL AND u.erased_at IS NULL
           FOR NO KEY UPDATE OF a, u""",
        UUID(token[:32]),
        now(),
        MOST_FAILURES,
    )
    if found is None or not compare_digest(token[32:], await _proof(found["id"], found["password_hash"])):
        return None
    return Attempt(found["id"], found["user_id"])


async def require_code_may_be_tried(attempt: Attempt) -> None:
    """Raise TooManyAttempts when this person's attempts of late have used up what may be tried of guessable codes.

    Other wrong tries do not count here, so that nobody without a code keeps those out who have one.
    """
    found = await row(
        """SELECT coalesce(sum(code_failures), 0) AS failures, min(created_at) AS since FROM log_in_attempt
           WHERE user_id = $1 AND created_at > $2 AND code_failures > 0""",
        attempt.user_id,
        now() - REMEMBERED,
    )
    if found is not None and found["failures"] >= MOST_FAILURES:
        left = found["since"] + REMEMBERED - now()
        raise TooManyAttempts(retry_after_seconds=int(left.total_seconds()) + 1)


async def count_failure(attempt: Attempt, *, of_code: bool) -> None:
    """The caller has to commit although the log-in is refused. `of_code`: it was one of six digits."""
    require_transaction("count_failure")
    await run(
        "UPDATE log_in_attempt SET failures = failures + 1, code_failures = code_failures + $2 WHERE id = $1",
        attempt.id,
        int(of_code),
    )
    await record(Viewer(), "failSecondFactor", subject=("user", attempt.user_id))


async def end_attempt(attempt: Attempt) -> None:
    """It led to a log-in, and leads to none again."""
    require_transaction("end_attempt")
    await run("UPDATE log_in_attempt SET used_at = $2 WHERE id = $1", attempt.id, now())


async def _proof(attempt_id: UUID, password_hash: str | None) -> str:
    return keyed_hash(f"{attempt_id} {password_hash}", key=await secret_for("log-in attempts"))
