"""Taking back what one has said."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.reviews.events import ReviewRemoved
from domain.reviews.facts import locked
from domain.reviews.rating import refresh_ratings
from domain.reviews.rules import ReviewState
from domain.shared.database import run
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class RemoveReview:
    review_id: UUID
    expected_version: int | None = None
    key: str | None = None


@use_case
async def remove_review(viewer: Viewer, command: RemoveReview) -> UUID:
    """Delete a review of one's own; another may be written. Raises as `edit_review` does, but for InvalidInput."""
    author_id = viewer.account()
    if await replayed(viewer, "removeReview", command, command.review_id):
        return command.review_id
    review = await locked(command.review_id, command.expected_version, author_id=author_id)
    await run("DELETE FROM review WHERE id = $1", review.id)
    if review.state is ReviewState.PUBLISHED:
        await refresh_ratings([review.product_id])
    before = {"rating": review.rating, "state": review.state}
    await record(viewer, "removeReview", subject=("review", review.id), before=before)
    await emit(ReviewRemoved(subject_id=review.id, sequence=review.version + 1, product_id=review.product_id))
    return review.id
