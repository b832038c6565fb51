"""An assertion logs in once: which ones were used, remembered until they would have expired."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from domain.identity.applications.assertions import Proven
from domain.identity.errors import AssertionRefused
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.transactions import require_transaction, use_case

_CHUNK = 5_000


async def use_up(application_id: UUID, proven: Proven) -> None:
    """Raise AssertionRefused by the rule `replayed` when the application used this one before.

    Of two at once the second waits until the first commits or rolls back.
    """
    require_transaction("use_up")
    once = sha256(f"{application_id} {proven.jti}".encode(errors="surrogatepass")).hexdigest()
    inserted = await run(
        "INSERT INTO used_assertion (id, expires_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
        once,
        proven.expires_at,
    )
    if not inserted:
        raise AssertionRefused("replayed")


@use_case
async def clear_used_assertions(before: datetime) -> int:
    """Delete some thousand that expired before `before`. Returns how many."""
    return await run(
        "DELETE FROM used_assertion WHERE id IN (SELECT id FROM used_assertion WHERE expires_at < $1 LIMIT $2)",
        min(before, now()),
        _CHUNK,
    )
