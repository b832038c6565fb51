"""Letting a review be seen, or not."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.identity.access.permissions import Permission
from domain.reviews.events import ReviewModerated
from domain.reviews.facts import locked
from domain.reviews.rating import refresh_ratings
from domain.reviews.rules import MAX_NOTE, ReviewState
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.errors import InvalidInput
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.printable import printable_line
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class ModerateReview:
    """`expected_version` is that of the text which was read: another one must not be published by it."""

    review_id: UUID
    publish: bool
    expected_version: int
    note: str | None = None
    key: str | None = None


@use_case
async def moderate_review(viewer: Viewer, command: ModerateReview) -> UUID:
    """Publish or reject, also what was decided otherwise before. A rejection tells its author why.

    Raises NotSignedIn, NotAllowed, InvalidInput naming `note`, NotFound, StaleVersion, IdempotencyKeyReused.
    """
    viewer.require(Permission.REVIEWS_MODERATE)
    note = _checked_note(command)
    if await replayed(viewer, "moderateReview", command, command.review_id):
        return command.review_id
    review = await locked(command.review_id, command.expected_version)
    state = ReviewState.PUBLISHED if command.publish else ReviewState.REJECTED
    if (state, note) == (review.state, review.note):
        return review.id
    await run(
        "UPDATE review SET state = $2, note = $3, version = version + 1, updated_at = $4 WHERE id = $1",
        review.id,
        state,
        note,
        now(),
    )
    if ReviewState.PUBLISHED in {state, review.state}:
        await refresh_ratings([review.product_id])
    await record(
        viewer,
        "moderateReview",
        subject=("review", review.id),
        before={"state": review.state},
        after={"state": state},
    )
    await emit(
        ReviewModerated(subject_id=review.id, sequence=review.version + 1, product_id=review.product_id, state=state)
    )
    return review.id


def _checked_note(command: ModerateReview) -> str | None:
    if command.publish:
        if command.note is not None:
            raise InvalidInput(field="note", rule="onlyRejected")
        return None
    if command.note is None:
        raise InvalidInput(field="note", rule="required")
    return printable_line(command.note, field="note", longest=MAX_NOTE)
