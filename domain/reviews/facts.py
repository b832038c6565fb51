"""A review as it stands, and who may see how much of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from domain.identity.access.permissions import Permission
from domain.reviews.rules import ReviewState
from domain.shared.database import row
from domain.shared.errors import StaleVersion, not_found
from domain.shared.viewer import Viewer

COLUMNS = """r.id, r.product_id, r.author_id, r.rating, r.title, r.body, r.author_name, r.language, r.state, r.note,
    r.version, r.created_at, r.updated_at"""


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """`note` is what staff told the author about its rejection."""

    id: UUID
    product_id: UUID
    author_id: UUID
    rating: int
    title: str
    body: str
    author_name: str
    language: str
    state: ReviewState
    note: str | None
    version: int
    created_at: datetime
    updated_at: datetime


def moderates(viewer: Viewer) -> bool:
    return viewer.may(Permission.REVIEWS_MODERATE)


def is_author(viewer: Viewer, review: ReviewFacts) -> bool:
    return viewer.user_id is not None and viewer.user_id == review.author_id


async def locked(review_id: UUID, expected_version: int | None, *, author_id: UUID | None = None) -> ReviewFacts:
    """The review, its row locked; of this author alone when one is given. Raises NotFound, StaleVersion."""
    found = await row(
        f"SELECT {COLUMNS} FROM review r WHERE r.id = $1 AND ($2::uuid IS NULL OR r.author_id = $2) FOR UPDATE",
        review_id,
        author_id,
    )
    if found is None:
        raise not_found("Review", review_id)
    review = facts(found)
    if expected_version is not None and expected_version != review.version:
        raise StaleVersion(expected=expected_version, current=review.version)
    return review


def facts(found: asyncpg.Record) -> ReviewFacts:
    known = dict(found)
    return ReviewFacts(**{**known, "state": ReviewState(known["state"])})
