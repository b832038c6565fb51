"""Reviews: writing them, reading those of a product, looking through those that wait."""

from uuid import UUID

import strawberry

from api.access import PERSON, PUBLIC, SIGNED_IN, field, mutation
from api.context import Info
from api.ids import decode, encode
from api.pages import Connection
from api.schema.reviews import (
    EditReviewInput,
    EditReviewResult,
    ModerateReviewInput,
    ModerateReviewResult,
    RemoveReviewInput,
    RemoveReviewResult,
    Review,
    ReviewFilter,
    ReviewRemoved,
    WriteReviewInput,
    WriteReviewResult,
    review_page,
    show_review,
    show_reviews,
)
from domain.reviews import queries as domain
from domain.reviews.edit import EditReview, edit_review
from domain.reviews.moderate import ModerateReview, moderate_review
from domain.reviews.queries import ReviewSort, may_review, own_reviews, review, review_list
from domain.reviews.remove import RemoveReview, remove_review
from domain.reviews.rules import Words
from domain.reviews.write import WriteReview, write_review
from domain.shared.errors import not_found

_ALL, _OWN = "reviews", "my reviews"


@strawberry.type
class ReviewsQuery:
    @field(PERSON, description="One's own, in whatever state.")
    async def my_reviews(
        self,
        info: Info,
        product_id: strawberry.ID | None = None,
        sort: ReviewSort = ReviewSort.NEWEST,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[Review]:
        page = review_page(_OWN, first, after=after, sort=sort)
        product = None if product_id is None else decode("Product", product_id, field="productId")
        return show_reviews(_OWN, await own_reviews(info.context.viewer, page, product_id=product), page)

    @field(PUBLIC, description="Whether the caller was sent the product, kept it and has not reviewed it yet.")
    async def may_review(self, info: Info, product_id: strawberry.ID) -> bool:
        return await may_review(info.context.viewer, decode("Product", product_id, field="productId"))

    @field(
        SIGNED_IN,
        description="Staff see all, suppliers those of their products that are not rejected. filter: {state: PENDING} and "
        "sort: OLDEST give what waits.",
    )
    async def reviews(
        self,
        info: Info,
        filter: ReviewFilter | None = None,
        sort: ReviewSort = ReviewSort.NEWEST,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[Review]:
        page = review_page(_ALL, first, after=after, sort=sort)
        found = await review_list(info.context.viewer, page, _filter(filter or ReviewFilter()))
        return show_reviews(_ALL, found, page)


@strawberry.type
class ReviewsMutation:
    @mutation(
        PERSON,
        result=WriteReviewResult,
        description="Once for each product that was sent to the caller. For people with an account.",
    )
    async def write_review(self, info: Info, input: WriteReviewInput) -> Review:
        return await _shown(info, await write_review(info.context.viewer, _written(info, input)))

    @mutation(
        PERSON, result=EditReviewResult, description="A review of one's own. It may have to be read by staff again."
    )
    async def edit_review(self, info: Info, input: EditReviewInput) -> Review:
        return await _shown(info, await edit_review(info.context.viewer, _edited(input)))

    @mutation(PERSON, result=RemoveReviewResult, description="A review of one's own; another may be written.")
    async def remove_review(self, info: Info, input: RemoveReviewInput) -> ReviewRemoved:
        review_id = decode("Review", input.review_id, field="reviewId")
        command = RemoveReview(review_id, input.expected_version, input.idempotency_key)
        removed = await remove_review(info.context.viewer, command)
        return ReviewRemoved(id=strawberry.ID(encode("Review", removed)))

    @mutation("reviews.moderate", result=ModerateReviewResult, description="Publish or reject it.")
    async def moderate_review(self, info: Info, input: ModerateReviewInput) -> Review:
        command = ModerateReview(
            review_id=decode("Review", input.review_id, field="reviewId"),
            publish=input.publish,
            expected_version=input.expected_version,
            note=input.note,
            key=input.idempotency_key,
        )
        return await _shown(info, await moderate_review(info.context.viewer, command))


def _filter(given: ReviewFilter) -> domain.ReviewFilter:
    return domain.ReviewFilter(
        state=given.state,
        product_id=None if given.product_id is None else decode("Product", given.product_id, field="filter.productId"),
        supplier_id=None
        if given.supplier_id is None
        else decode("Supplier", given.supplier_id, field="filter.supplierId"),
    )


def _written(info: Info, input: WriteReviewInput) -> WriteReview:
    words = Words(
        rating=input.rating,
        title=input.title,
        body=input.body,
        author_name=input.author_name,
        language=info.context.language if input.language is None else input.language,
    )
    return WriteReview(decode("Product", input.product_id, field="productId"), words, input.idempotency_key)


def _edited(input: EditReviewInput) -> EditReview:
    return EditReview(
        review_id=decode("Review", input.review_id, field="reviewId"),
        rating=input.rating,
        title=input.title,
        body=input.body,
        author_name=input.author_name,
        language=input.language,
        expected_version=input.expected_version,
        key=input.idempotency_key,
    )


async def _shown(info: Info, review_id: UUID) -> Review:
    found = await review(info.context.viewer, review_id)
    if found is None:
        raise not_found("Review", review_id)
    return show_review(found)
