"""Reading reviews: those of products, one's own, and those that staff and suppliers look through."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.identity.access.permissions import Permission
from domain.orders.bought import bought
from domain.reviews.facts import COLUMNS, ReviewFacts, facts, moderates
from domain.reviews.rules import LEAST_STARS, MOST_STARS, ReviewState, mean_rating
from domain.shared.database import rows, value
from domain.shared.viewer import Viewer


class ReviewSort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    HIGHEST = "highest"
    LOWEST = "lowest"


@dataclass(frozen=True)
class ReviewPage:
    """`first` reviews behind the key `after`, which is rating, moment and id of a review whatever the sort."""

    first: int
    sort: ReviewSort = ReviewSort.NEWEST
    after: tuple[int, datetime, UUID] | None = None


@dataclass(frozen=True)
class ReviewFilter:
    """What is given must be so."""

    state: ReviewState | None = None
    product_id: UUID | None = None
    supplier_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """`mean` is in hundredths of a star, None where there is no review; `by_stars` counts 1 to 5 stars."""

    count: int
    mean: int | None
    by_stars: tuple[int, ...]


_BEHIND = {
    ReviewSort.NEWEST: "(r.created_at, r.id) < ($2, $3::uuid)",
    ReviewSort.OLDEST: "(r.created_at, r.id) > ($2, $3::uuid)",
    ReviewSort.HIGHEST: "(r.rating, r.created_at, r.id) < ($1, $2, $3::uuid)",
    ReviewSort.LOWEST: "(-r.rating, r.created_at, r.id) < (-$1, $2, $3::uuid)",
}
_ORDER = {
    ReviewSort.NEWEST: "r.created_at DESC, r.id DESC",
    ReviewSort.OLDEST: "r.created_at, r.id",
    ReviewSort.HIGHEST: "r.rating DESC, r.created_at DESC, r.id DESC",
    ReviewSort.LOWEST: "r.rating, r.created_at DESC, r.id DESC",
}


async def reviews_of(
    product_ids: Sequence[UUID], page: ReviewPage, *, stars: int | None = None
) -> dict[UUID, list[ReviewFacts]]:
    """The same page of each product's published reviews, those of `stars` stars only where that is given. One statement."""
    found = await rows(
        f"""SELECT page.* FROM unnest($5::uuid[]) AS p(id) CROSS JOIN LATERAL (
              SELECT {COLUMNS} FROM review r
              WHERE r.product_id = p.id AND r.state = 'published' AND ($6::int IS NULL OR r.rating = $6)
                AND {_behind(page)} ORDER BY {_ORDER[page.sort]} LIMIT $4) page""",
        *_key(page),
        list(product_ids),
        stars,
    )
    grouped: dict[UUID, list[ReviewFacts]] = defaultdict(list)
    for one in found:
        grouped[one["product_id"]].append(facts(one))
    return grouped


async def summaries(product_ids: Sequence[UUID]) -> dict[UUID, Summary]:
    """What is published of each product, in numbers. One statement."""
    found = await rows(
        """SELECT product_id, rating, count(*)::int AS count FROM review
           WHERE product_id = ANY($1) AND state = 'published' GROUP BY 1, 2""",
        list(product_ids),
    )
    counted: dict[UUID, dict[int, int]] = {product_id: {} for product_id in product_ids}
    for one in found:
        counted[one["product_id"]][one["rating"]] = one["count"]
    return {product_id: _summary(by_stars) for product_id, by_stars in counted.items()}


async def own_reviews(viewer: Viewer, page: ReviewPage, *, product_id: UUID | None = None) -> list[ReviewFacts]:
    """The viewer's own, in whatever state. One statement. Raises NotSignedIn, NotAllowed."""
    found = await rows(
        f"""SELECT {COLUMNS} FROM review r WHERE r.author_id = $5 AND ($6::uuid IS NULL OR r.product_id = $6)
            AND {_behind(page)} ORDER BY {_ORDER[page.sort]} LIMIT $4""",
        *_key(page),
        viewer.signed_in(),
        product_id,
    )
    return [facts(one) for one in found]


async def may_review(viewer: Viewer, product_id: UUID) -> bool:
    """Whether `write_review` would let the viewer review the product now."""
    if viewer.user_id is None or viewer.is_guest or not await bought(viewer.user_id, [product_id]):
        return False
    return not await value(
        "SELECT EXISTS (SELECT FROM review WHERE author_id = $1 AND product_id = $2)", viewer.user_id, product_id
    )


async def review_list(viewer: Viewer, page: ReviewPage, wanted: ReviewFilter) -> list[ReviewFacts]:
    """For staff everything; for suppliers what is said of their products, but for what was rejected. One statement.

    Raises NotSignedIn or NotAllowed for anybody else.
    """
    own = _own_suppliers(viewer)
    found = await rows(
        f"""SELECT {COLUMNS} FROM review r JOIN product p ON p.id = r.product_id
            WHERE ($5::uuid[] IS NULL OR (p.supplier_id = ANY($5) AND r.state <> 'rejected'))
              AND ($6::text IS NULL OR r.state = $6) AND ($7::uuid IS NULL OR r.product_id = $7)
              AND ($8::uuid IS NULL OR p.supplier_id = $8)
              AND {_behind(page)} ORDER BY {_ORDER[page.sort]} LIMIT $4""",
        *_key(page),
        own,
        wanted.state,
        wanted.product_id,
        wanted.supplier_id,
    )
    return [facts(one) for one in found]


async def review(viewer: Viewer, review_id: UUID) -> ReviewFacts | None:
    """A review that the viewer may see: published, their own, or one that they find in `review_list`."""
    staff, suppliers = moderates(viewer), _suppliers(viewer)
    found = await rows(
        f"""SELECT {COLUMNS} FROM review r JOIN product p ON p.id = r.product_id
            WHERE r.id = $1 AND (r.state = 'published' OR r.author_id = $2 OR $3
                                 OR (p.supplier_id = ANY($4) AND r.state <> 'rejected'))""",
        review_id,
        viewer.user_id,
        staff,
        suppliers,
    )
    return facts(found[0]) if found else None


def _own_suppliers(viewer: Viewer) -> list[UUID] | None:
    """None: whoever's."""
    if moderates(viewer):
        return None
    suppliers = _suppliers(viewer)
    if not suppliers:
        viewer.require(Permission.REVIEWS_MODERATE)
    return suppliers


def _suppliers(viewer: Viewer) -> list[UUID]:
    """Products belong to no channel, so who is limited to one sees none."""
    limits = viewer.limited(Permission.CATALOGUE_WRITE)
    return [one.supplier_id for one in limits if one.supplier_id is not None and one.channel is None]


def _behind(page: ReviewPage) -> str:
    """The condition that begins the page, with the values of `_key` as $1 to $3; $4 is how many."""
    return f"($1::int IS NULL OR $2::timestamptz IS NULL OR {_BEHIND[page.sort]})"


def _key(page: ReviewPage) -> tuple[object, ...]:
    return (*(page.after or (None, None, None)), page.first)


def _summary(by_stars: dict[int, int]) -> Summary:
    counts = tuple(by_stars.get(stars, 0) for stars in range(LEAST_STARS, MOST_STARS + 1))
    total = sum(counts)
    mean = mean_rating(sum(stars * count for stars, count in by_stars.items()), total)
    return Summary(total, mean, counts)
