"""Taking somebody out of the customer segments. The segments' sizes and means stay: they name nobody."""

from uuid import UUID

from domain.shared.database import run
from domain.shared.transactions import require_transaction


async def erase_segments(person_id: UUID) -> None:
    require_transaction("erase_segments")
    await run("DELETE FROM segment_member WHERE customer_id = $1", person_id)
