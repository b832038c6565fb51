"""Saying what one thinks of a thing that one has bought."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.orders.bought import bought
from domain.reviews.errors import AlreadyReviewed, NotBought
from domain.reviews.events import ReviewWritten
from domain.reviews.rating import refresh_ratings
from domain.reviews.rules import ReviewState, Words, checked_words, state_after
from domain.shared.clock import now
from domain.shared.database import row, run, value
from domain.shared.errors import not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.settings import settings
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class WriteReview:
    product_id: UUID
    words: Words
    key: str | None = None


@use_case
async def write_review(viewer: Viewer, command: WriteReview) -> UUID:
    """The review's id. It waits for staff, unless the shop lets reviews appear at once (`reviews_at_once`).

    Raises NotAllowed for guests, NotFound for an unknown product, InvalidInput, NotBought, AlreadyReviewed,
    IdempotencyKeyReused.
    """
    author_id, review_id = viewer.account(), new_id()
    words = checked_words(command.words)
    if earlier := await replayed(viewer, "writeReview", command, review_id):
        return earlier
    await _require_may_review(author_id, command.product_id)
    state = state_after(None, at_once=settings().reviews_at_once)
    await _insert(review_id, command.product_id, author_id=author_id, words=words, state=state)
    if state is ReviewState.PUBLISHED:
        await refresh_ratings([command.product_id])
    after = {"product_id": command.product_id, "rating": words.rating, "state": state}
    await record(viewer, "writeReview", subject=("review", review_id), after=after)
    await emit(ReviewWritten(subject_id=review_id, sequence=1, product_id=command.product_id, state=state))
    return review_id


async def _require_may_review(author_id: UUID, product_id: UUID) -> None:
    """The author's row is kept from being erased meanwhile: nothing may be written for who is nobody any more."""
    if await row("SELECT 1 FROM users WHERE id = $1 AND erased_at IS NULL FOR KEY SHARE", author_id) is None:
        raise not_found("User", author_id)
    if not await value("SELECT EXISTS (SELECT FROM product WHERE id = $1)", product_id):
        raise not_found("Product", product_id)
    if not await bought(author_id, [product_id]):
        raise NotBought(product_id=product_id)


async def _insert(review_id: UUID, product_id: UUID, *, author_id: UUID, words: Words, state: ReviewState) -> None:
    """Of two at once the second waits for the first, and is refused if that is committed."""
    inserted = await run(
        """INSERT INTO review (id, product_id, author_id, rating, title, body, author_name, language, state, version,
                               created_at, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10) ON CONFLICT (author_id, product_id) DO NOTHING""",
        review_id,
        product_id,
        author_id,
        words.rating,
        words.title,
        words.body,
        words.author_name,
        words.language,
        state,
        now(),
    )
    if not inserted:
        earlier = await value("SELECT id FROM review WHERE author_id = $1 AND product_id = $2", author_id, product_id)
        raise AlreadyReviewed(review_id=earlier)
