"""Giving back what carts reserved and did not buy in time."""

from domain.inventory.move import Move, move
from domain.shared.clock import now
from domain.shared.database import rows, run
from domain.shared.transactions import use_case

CHUNK = 200


@use_case
async def return_expired(limit: int = CHUNK) -> int:
    """Give back some of the reservations that have expired. Returns how many; 0 when none is left that can be had.

    Whoever holds a reservation's row decides: what is being extended, bought or returned at this moment is skipped, so that
    any number of callers return each once and none waits for a buyer, and a buyer who waited for the row finds it
    returned.
    """
    expired = await rows(
        """SELECT id, owner_id, level_id, quantity FROM reservation
           WHERE state = 'held' AND expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED""",
        now(),
        limit,
    )
    if not expired:
        return 0
    await rows(
        "SELECT 1 FROM stock_level WHERE id = ANY($1) ORDER BY id FOR UPDATE", [one["level_id"] for one in expired]
    )
    await move(
        [
            Move(level_id=one["level_id"], kind="release", reserved=-one["quantity"], reference=one["owner_id"])
            for one in expired
        ]
    )
    await run("UPDATE reservation SET state = 'released' WHERE id = ANY($1)", [one["id"] for one in expired])
    return len(expired)
