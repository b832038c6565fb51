from domain.reviews.erase import erase_reviews
from domain.reviews.personal_data import personal_data, review_ids_of
from domain.shared.database import value
from domain.shared.transactions import use_case
from tests.factories.goods import some_goods
from tests.factories.reviews import WORDS, a_buyer_of, a_review, listed_rating


async def test_erasing_somebody_takes_their_reviews_out_of_lists_and_ratings() -> None:
    pot, cup = await some_goods(), await some_goods()
    somebody, other = await a_buyer_of(pot, cup), await a_buyer_of(pot)
    for goods, rating in ((pot, 5), (cup, 3)):
        await a_review(somebody, goods, rating, published=True)
    kept = await a_review(other, pot, 2, published=True)

    await use_case(erase_reviews)(somebody.signed_in())

    assert await value(
        "SELECT array_agg(id) FROM review WHERE product_id = ANY($1)", [pot.product_id, cup.product_id]
    ) == [kept]
    assert [await listed_rating(goods) for goods in (pot, cup)] == [(200, 1), (None, 0)]


async def test_the_copy_of_ones_data_holds_what_one_has_said() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods)
    review_id = await a_review(buyer, goods)

    (told,) = await personal_data(buyer.signed_in())

    assert (told["id"], told["title"], told["body"], told["state"]) == (review_id, WORDS.title, WORDS.body, "pending")
    assert await review_ids_of(buyer.signed_in()) == [review_id]
