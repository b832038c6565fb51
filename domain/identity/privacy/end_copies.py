"""Ending the copies of what was known of somebody who is no more."""

from uuid import UUID

from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.transactions import require_transaction


async def end_copies(person_id: UUID) -> None:
    """Files of copies expire now, and those that were asked for are not made any more."""
    require_transaction("end_copies")
    await run(
        "UPDATE privacy_request SET expires_at = least(expires_at, $2) WHERE user_id = $1 AND file_path IS NOT NULL",
        person_id,
        now(),
    )
    await run(
        """UPDATE privacy_request SET state = 'refused', reason = 'ERASED', done_at = $2
           WHERE user_id = $1 AND kind = 'export' AND state = 'requested'""",
        person_id,
        now(),
    )
