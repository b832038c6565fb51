"""Buyers who have something to say, and what they say."""

from dataclasses import replace
from uuid import UUID

from domain.orders.states import OrderEvent
from domain.reviews.moderate import ModerateReview, moderate_review
from domain.reviews.rules import Words
from domain.reviews.write import WriteReview, write_review
from domain.shared.database import row, value
from domain.shared.viewer import PLATFORM, Viewer
from tests.factories.goods import Goods
from tests.factories.orders import an_order
from tests.factories.people import a_person

WORDS = Words(rating=4, title="Pours well", body="No drip, and it keeps warm.", author_name="Ada B.", language="en")
SENT = (OrderEvent.PAY, OrderEvent.SHIP)
DELIVERED = (*SENT, OrderEvent.DELIVER)


async def a_buyer_of(*goods: Goods) -> Viewer:
    """Somebody to whom all of it was delivered, each in an order of its own."""
    buyer = await a_person()
    for one in goods:
        await an_order(buyer, one, events=DELIVERED)
    return buyer


async def a_review(author: Viewer, goods: Goods, rating: int = 4, *, published: bool = False) -> UUID:
    review_id = await write_review(author, WriteReview(goods.product_id, replace(WORDS, rating=rating)))
    if published:
        await moderate_review(PLATFORM, ModerateReview(review_id, publish=True, expected_version=1))
    return review_id


async def state_of(review_id: UUID) -> str | None:
    found: str | None = await value("SELECT state FROM review WHERE id = $1", review_id)
    return found


async def listed_rating(goods: Goods) -> tuple[int | None, int]:
    """Hundredths of a star, and of how many reviews."""
    found = await row("SELECT rating, rating_count FROM product_listing WHERE product_id = $1", goods.product_id)
    assert found is not None
    return found["rating"], found["rating_count"]
