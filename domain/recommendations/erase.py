"""Taking somebody out of what was learned. What they bought with what stays in the sums that name nobody."""

from uuid import UUID

from domain.shared.database import run
from domain.shared.transactions import require_transaction


async def erase_suggestions(person_id: UUID) -> None:
    """Delete what was learned about the person, in every version that is kept."""
    require_transaction("erase_suggestions")
    await run("DELETE FROM customer_recommendation WHERE customer_id = $1", person_id)
