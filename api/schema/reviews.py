"""Reviews: as everybody reads them, as their authors and staff do, and what is said of a product in all."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from api.access import PARENT, Access, field
from api.context import Info
from api.errors import result
from api.ids import encode
from api.pages import Connection, connection, cursor, identifier, int32, moment, page_size, read_cursor
from api.schema.node import Node
from api.storefront import storefront_of
from domain.catalog.texts.queries import texts
from domain.reviews.errors import AlreadyReviewed, NotBought
from domain.reviews.facts import ReviewFacts, is_author, moderates
from domain.reviews.queries import ReviewPage, ReviewSort, Summary, reviews_of
from domain.reviews.rules import ReviewState, checked_stars
from domain.shared.errors import StaleVersion

ReviewStateEnum = strawberry.enum(
    ReviewState, name="ReviewState", description="PENDING: waits for staff. REJECTED: nobody else is shown it."
)
ReviewSortEnum = strawberry.enum(
    ReviewSort, name="ReviewSort", description="HIGHEST and LOWEST by stars, the newest first among equals."
)


@strawberry.type(
    directives=[Access(requires=PARENT)], description="What a buyer says of a thing that was sent to them."
)
class Review(Node):
    facts: strawberry.Private[ReviewFacts]
    id: strawberry.ID
    product_id: strawberry.ID
    rating: int = strawberry.field(description="Stars, 1 to 5.")
    title: str
    body: str = strawberry.field(description="Plain text; it may have several lines.")
    author_name: str = strawberry.field(description="What the author wants to be called.")
    language: str
    state: ReviewState
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")
    created_at: datetime
    updated_at: datetime

    @field(PARENT, description="Why staff rejected it: for its author and for staff.")
    def note(self, info: Info) -> str | None:
        viewer = info.context.viewer
        return self.facts.note if moderates(viewer) or is_author(viewer, self.facts) else None

    @field(PARENT, description="In the request's language.")
    async def product_name(self, info: Info) -> str | None:
        languages = (await storefront_of(info)).languages
        names = info.context.loaders.at(
            ("names of reviewed products", languages), lambda ids: texts(ids, "name", languages)
        )
        return await names.load(self.facts.product_id)


@strawberry.type(directives=[Access(requires=PARENT)])
class StarCount:
    stars: int
    count: int


@strawberry.type(directives=[Access(requires=PARENT)], description="The published reviews of a product in numbers.")
class ReviewSummary:
    count: int
    mean: float | None = strawberry.field(description="Stars, to two decimals; null without a review.")
    by_stars: list[StarCount] = strawberry.field(description="From five stars down to one.")


@strawberry.input(description="Every condition given must hold.")
class ReviewFilter:
    state: ReviewState | None = None
    product_id: strawberry.ID | None = None
    supplier_id: strawberry.ID | None = strawberry.field(default=None, description="Of products of this supplier.")


@strawberry.input
class WriteReviewInput:
    product_id: strawberry.ID
    rating: int = strawberry.field(description="Stars, 1 to 5.")
    title: str = strawberry.field(description="One line, 150 characters at most.")
    body: str = strawberry.field(description="Plain text of 10 to 5,000 characters.")
    author_name: str = strawberry.field(description="What everybody reads as the author's name, 60 characters at most.")
    language: str | None = strawberry.field(default=None, description="Of the text; by default the request's.")
    idempotency_key: str | None = None


@strawberry.input(description="What is left out stays as it is.")
class EditReviewInput:
    review_id: strawberry.ID
    rating: int | None = None
    title: str | None = None
    body: str | None = None
    author_name: str | None = None
    language: str | None = None
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class RemoveReviewInput:
    review_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class ModerateReviewInput:
    review_id: strawberry.ID
    publish: bool = strawberry.field(description="False rejects it.")
    note: str | None = strawberry.field(
        default=None, description="With a rejection, and only there: why, for the author; 300 characters at most."
    )
    expected_version: int = strawberry.field(description="Of the text that was read.")
    idempotency_key: str | None = None


@strawberry.type(directives=[Access(requires=PARENT)])
class ReviewRemoved:
    id: strawberry.ID


WriteReviewResult = result("WriteReviewResult", Review, NotBought, AlreadyReviewed)
EditReviewResult = result("EditReviewResult", Review, StaleVersion)
RemoveReviewResult = result("RemoveReviewResult", ReviewRemoved, StaleVersion)
ModerateReviewResult = result("ModerateReviewResult", Review, StaleVersion)


def show_review(facts: ReviewFacts) -> Review:
    return Review(
        facts=facts,
        id=strawberry.ID(encode("Review", facts.id)),
        product_id=strawberry.ID(encode("Product", facts.product_id)),
        rating=facts.rating,
        title=facts.title,
        body=facts.body,
        author_name=facts.author_name,
        language=facts.language,
        state=facts.state,
        version=facts.version,
        created_at=facts.created_at,
        updated_at=facts.updated_at,
    )


def show_summary(facts: Summary | None) -> ReviewSummary:
    """`facts` are None of a product that is unknown by now."""
    counts = facts.by_stars if facts else (0,) * 5
    return ReviewSummary(
        count=facts.count if facts else 0,
        mean=None if facts is None or facts.mean is None else facts.mean / 100,
        by_stars=[StarCount(stars=stars, count=count) for stars, count in reversed([*enumerate(counts, start=1)])],
    )


def review_page(list_name: str, first: int, *, after: str | None, sort: ReviewSort) -> ReviewPage:
    """One review more than the page shows. Raises InvalidInput for a bad `first`, or a cursor of another list or sort."""
    key = read_cursor(_sorted(list_name, sort), after, (int32, moment, identifier))
    return ReviewPage(page_size(first) + 1, sort, (key[0], key[1], key[2]) if key else None)


def show_reviews(list_name: str, found: Sequence[ReviewFacts], page: ReviewPage) -> Connection[Review]:
    def place(one: ReviewFacts) -> str:
        return cursor(_sorted(list_name, page.sort), (one.rating, one.created_at, one.id))

    nodes = [show_review(one) for one in found]
    return connection(found, page.first - 1, has_previous=page.after is not None, cursor_of=place, nodes=nodes)


def reviews_of_product(product_id: UUID) -> str:
    """The name of the list."""
    return f"reviews of {product_id}"


async def show_reviews_of(info: Info, product_id: UUID, page: ReviewPage, *, stars: int | None) -> Connection[Review]:
    """A page of what is published of the product. Products in one list of the answer share their statement."""
    wanted = None if stars is None else checked_stars(stars, field="stars")
    here = info.context.loaders.at(("reviews", page, wanted), lambda ids: reviews_of(ids, page, stars=wanted))
    return show_reviews(reviews_of_product(product_id), await here.load(product_id) or [], page)


def _sorted(list_name: str, sort: ReviewSort) -> str:
    return f"{list_name}.{sort}"
