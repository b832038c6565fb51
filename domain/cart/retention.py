"""Forgetting carts that nobody came back to."""

from datetime import datetime

from domain.shared.database import run
from domain.shared.transactions import use_case

_CHUNK = 1_000


@use_case
async def forget_abandoned_carts(before: datetime) -> int:
    """Delete some of the open carts that were last changed before `before`, empty or not. Returns how many."""
    return await run(
        """DELETE FROM cart WHERE id IN (
             SELECT id FROM cart WHERE state = 'open' AND updated_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)""",
        before,
        _CHUNK,
    )
