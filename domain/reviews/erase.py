"""Taking somebody out of the reviews: what they said goes with them, and no rating counts it any more."""

from uuid import UUID

from domain.reviews.events import ReviewRemoved
from domain.reviews.rating import refresh_ratings
from domain.shared.database import rows
from domain.shared.outbox import emit_many
from domain.shared.transactions import require_transaction


async def erase_reviews(person_id: UUID) -> None:
    require_transaction("erase_reviews")
    await rows("SELECT 1 FROM review WHERE author_id = $1 ORDER BY id FOR UPDATE", person_id)
    found = await rows("DELETE FROM review WHERE author_id = $1 RETURNING id, product_id, version", person_id)
    await refresh_ratings({one["product_id"] for one in found})
    await emit_many(
        [
            ReviewRemoved(subject_id=one["id"], sequence=one["version"] + 1, product_id=one["product_id"])
            for one in found
        ]
    )
