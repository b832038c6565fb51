"""Reviews at the same moment, each over a connection of its own."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from domain.reviews.edit import EditReview, edit_review
from domain.reviews.erase import erase_reviews
from domain.reviews.errors import AlreadyReviewed
from domain.reviews.moderate import ModerateReview, moderate_review
from domain.reviews.write import WriteReview, write_review
from domain.shared.database import row
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM
from tests.factories.goods import some_goods
from tests.factories.reviews import WORDS, a_buyer_of, a_review, listed_rating


async def test_reviews_of_one_product_at_once_all_count(configure: Callable[..., None]) -> None:
    configure(reviews_at_once=True)
    goods = await some_goods()
    buyers = [await a_buyer_of(goods) for _ in range(12)]

    await asyncio.gather(*(a_review(buyer, goods, 1 + n % 5) for n, buyer in enumerate(buyers)))

    stars = sum(1 + n % 5 for n in range(12))
    assert await listed_rating(goods) == ((200 * stars + 12) // 24, 12)


async def test_one_person_at_once_reviews_a_product_once(configure: Callable[..., None]) -> None:
    configure(reviews_at_once=True)
    goods = await some_goods()
    buyer = await a_buyer_of(goods)

    answers = await asyncio.gather(
        *(write_review(buyer, WriteReview(goods.product_id, replace(WORDS, rating=n))) for n in range(1, 6)),
        return_exceptions=True,
    )

    refused = [one for one in answers if isinstance(one, AlreadyReviewed)]
    assert len(refused) == 4
    assert (await listed_rating(goods))[1] == 1


async def test_random_changes_in_parallel_leave_every_rating_the_mean_of_what_is_published() -> None:
    """Erasing takes several listings at once, so that an uneven lock order would deadlock."""
    shelf = [await some_goods() for _ in range(3)]
    buyers = [await a_buyer_of(*shelf) for _ in range(6)]
    reviews = [(buyer, await a_review(buyer, goods, published=True)) for buyer in buyers for goods in shelf]
    erased, others = [buyer.signed_in() for buyer in buyers[:2]], reviews[6:]

    await asyncio.gather(
        *(use_case(erase_reviews)(person_id) for person_id in erased),
        *(edit_review(buyer, EditReview(review_id, rating=1 + n % 5)) for n, (buyer, review_id) in enumerate(others)),
    )
    await asyncio.gather(
        *(
            moderate_review(PLATFORM, ModerateReview(review_id, publish=n % 3 > 0, expected_version=3, note=_note(n)))
            for n, (_, review_id) in enumerate(others)
            if 1 + n % 5 != WORDS.rating
        )
    )

    for goods in shelf:
        found = await row(
            """SELECT floor(avg(rating) * 100 + 0.5)::int AS mean, count(*)::int AS count FROM review
               WHERE product_id = $1 AND state = 'published'""",
            goods.product_id,
        )
        assert found is not None
        assert 0 < found["count"] < 6
        assert await listed_rating(goods) == (found["mean"], found["count"])


def _note(number: int) -> str | None:
    return None if number % 3 else "Names another shop."
