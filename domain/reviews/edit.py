"""Changing what one has said."""

from dataclasses import dataclass, replace
from uuid import UUID

from domain.audit.record import record
from domain.reviews.events import ReviewWritten
from domain.reviews.facts import ReviewFacts, locked
from domain.reviews.rating import refresh_ratings
from domain.reviews.rules import ReviewState, Words, checked_words, state_after
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.settings import settings
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class EditReview:
    """None leaves as it is."""

    review_id: UUID
    rating: int | None = None
    title: str | None = None
    body: str | None = None
    author_name: str | None = None
    language: str | None = None
    expected_version: int | None = None
    key: str | None = None


@use_case
async def edit_review(viewer: Viewer, command: EditReview) -> UUID:
    """Change a review of one's own. It waits for staff again, unless reviews appear at once and this one was not rejected.

    Raises NotFound (also for another's), StaleVersion, InvalidInput, IdempotencyKeyReused; NotAllowed for guests.
    """
    author_id = viewer.account()
    if await replayed(viewer, "editReview", command, command.review_id):
        return command.review_id
    before = await locked(command.review_id, command.expected_version, author_id=author_id)
    words = checked_words(_words(before, command))
    if words == _words(before):
        return before.id
    after = replace(
        before,
        rating=words.rating,
        state=state_after(before.state, at_once=settings().reviews_at_once),
        version=before.version + 1,
    )
    await _store(after, words)
    if ReviewState.PUBLISHED in {before.state, after.state}:
        await refresh_ratings([before.product_id])
    await record(viewer, "editReview", subject=("review", before.id), before=_summary(before), after=_summary(after))
    await emit(
        ReviewWritten(subject_id=before.id, sequence=after.version, product_id=before.product_id, state=after.state)
    )
    return before.id


def _words(review: ReviewFacts, command: EditReview | None = None) -> Words:
    """Those of the review, with what the command changes of them."""
    names = ("rating", "title", "body", "author_name", "language")
    changed = {name: getattr(command, name) for name in names if getattr(command, name, None) is not None}
    return Words(**{name: changed.get(name, getattr(review, name)) for name in names})


async def _store(review: ReviewFacts, words: Words) -> None:
    """What staff told the author before is settled by the change."""
    await run(
        """UPDATE review SET rating = $2, title = $3, body = $4, author_name = $5, language = $6, state = $7, version = $8,
                             updated_at = $9, note = NULL
           WHERE id = $1""",
        review.id,
        words.rating,
        words.title,
        words.body,
        words.author_name,
        words.language,
        review.state,
        review.version,
        now(),
    )


def _summary(review: ReviewFacts) -> dict[str, object]:
    """What the audit log may know of a review."""
    return {"rating": review.rating, "state": review.state, "version": review.version}
