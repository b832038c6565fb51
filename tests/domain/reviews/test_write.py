from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.orders.states import OrderEvent
from domain.reviews.edit import EditReview, edit_review
from domain.reviews.errors import AlreadyReviewed, NotBought
from domain.reviews.moderate import ModerateReview, moderate_review
from domain.reviews.queries import ReviewPage, may_review, own_reviews
from domain.reviews.remove import RemoveReview, remove_review
from domain.reviews.write import WriteReview, write_review
from domain.shared.database import rows, run, value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput, NotAllowed, NotFound, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import PLATFORM
from tests.factories.goods import some_goods
from tests.factories.guests import a_guest
from tests.factories.orders import an_order
from tests.factories.people import a_person
from tests.factories.reviews import DELIVERED, SENT, WORDS, a_buyer_of, a_review, listed_rating, state_of


async def test_a_review_waits_for_staff_and_is_counted_once_it_is_published() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods)

    review_id = await write_review(buyer, WriteReview(goods.product_id, WORDS))
    before = await state_of(review_id), await listed_rating(goods)
    await moderate_review(PLATFORM, ModerateReview(review_id, publish=True, expected_version=1))

    assert before == ("pending", (None, 0))
    assert (await state_of(review_id), await listed_rating(goods)) == ("published", (400, 1))


async def test_where_reviews_appear_at_once_it_is_counted_at_once(configure: Callable[..., None]) -> None:
    configure(reviews_at_once=True)
    goods = await some_goods()

    review_id = await a_review(await a_buyer_of(goods), goods, 5)

    assert (await state_of(review_id), await listed_rating(goods)) == ("published", (500, 1))


@pytest.mark.parametrize(
    ("events", "may"),
    [
        ((), False),
        ((OrderEvent.PAY,), False),
        ((OrderEvent.CANCEL,), False),
        (SENT, True),
        (DELIVERED, True),
        ((*SENT, OrderEvent.RETURN), False),
    ],
)
async def test_who_was_sent_it_and_keeps_it_may_review_it(events: tuple[OrderEvent, ...], may: bool) -> None:
    buyer, goods = await a_person(), await some_goods()
    await an_order(buyer, goods, events=events)

    assert await may_review(buyer, goods.product_id) is may
    if may:
        assert await a_review(buyer, goods)
    else:
        with pytest.raises(NotBought) as refusal:
            await a_review(buyer, goods)
        assert refusal.value.product_id == goods.product_id


async def test_who_sent_every_unit_back_may_not_review() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods)
    await run("UPDATE order_line SET returned = quantity WHERE product_id = $1", goods.product_id)

    with pytest.raises(NotBought):
        await a_review(buyer, goods)


async def test_somebody_elses_purchase_does_not_count() -> None:
    goods = await some_goods()
    await a_buyer_of(goods)

    with pytest.raises(NotBought):
        await a_review(await a_person(), goods)


async def test_a_product_is_reviewed_once_however_often_it_was_bought() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods, goods)
    first = await a_review(buyer, goods)

    with pytest.raises(AlreadyReviewed) as refusal:
        await a_review(buyer, goods)

    assert refusal.value.review_id == first
    assert not await may_review(buyer, goods.product_id)


async def test_the_same_key_twice_is_one_review_and_other_words_are_refused() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods)

    first = await write_review(buyer, WriteReview(goods.product_id, WORDS, "k"))
    again = await write_review(buyer, WriteReview(goods.product_id, WORDS, "k"))

    assert first == again
    with pytest.raises(IdempotencyKeyReused):
        await write_review(buyer, WriteReview(goods.product_id, replace(WORDS, rating=1), "k"))


async def test_guests_and_unknown_products_are_refused() -> None:
    goods, buyer = await some_goods(), await a_person()
    guest = await a_guest()
    await an_order(guest, goods, events=DELIVERED, email="guest@example.org")

    with pytest.raises(NotAllowed):
        await a_review(guest, goods)
    with pytest.raises(NotFound):
        await write_review(buyer, WriteReview(new_id(), WORDS))


async def test_a_published_review_that_is_changed_is_read_again_before_it_counts() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods)
    review_id = await a_review(buyer, goods, 5, published=True)

    await edit_review(buyer, EditReview(review_id, rating=1, body="It broke in the first week.", expected_version=2))
    waiting = await state_of(review_id), await listed_rating(goods)
    await moderate_review(PLATFORM, ModerateReview(review_id, publish=True, expected_version=3))

    assert waiting == ("pending", (None, 0))
    assert await listed_rating(goods) == (100, 1)
    (mine,) = await own_reviews(buyer, ReviewPage(2))
    assert (mine.title, mine.body, mine.rating, mine.version) == (WORDS.title, "It broke in the first week.", 1, 4)


async def test_a_change_that_changes_nothing_leaves_it_published() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods)
    review_id = await a_review(buyer, goods, published=True)

    await edit_review(buyer, EditReview(review_id, title=f" {WORDS.title} ", rating=4))

    assert (await state_of(review_id), await listed_rating(goods)) == ("published", (400, 1))


async def test_where_reviews_appear_at_once_a_changed_rating_counts_at_once(configure: Callable[..., None]) -> None:
    configure(reviews_at_once=True)
    goods = await some_goods()
    buyer = await a_buyer_of(goods)
    review_id = await a_review(buyer, goods, 5)

    await edit_review(buyer, EditReview(review_id, rating=2))

    assert await listed_rating(goods) == (200, 1)


async def test_a_removed_review_is_gone_and_counts_no_more_and_another_may_be_written() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods)
    review_id = await a_review(buyer, goods, published=True)

    await remove_review(buyer, RemoveReview(review_id, expected_version=2))

    assert (await state_of(review_id), await listed_rating(goods)) == (None, (None, 0))
    assert await a_review(buyer, goods)


async def test_nobody_changes_or_removes_the_review_of_somebody_else() -> None:
    goods = await some_goods()
    review_id, other = await a_review(await a_buyer_of(goods), goods), await a_buyer_of(goods)

    with pytest.raises(NotFound):
        await edit_review(other, EditReview(review_id, rating=1))
    with pytest.raises(NotFound):
        await remove_review(other, RemoveReview(review_id))


async def test_a_stale_version_is_refused_with_the_present_one() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods)
    review_id = await a_review(buyer, goods, published=True)

    with pytest.raises(StaleVersion) as refusal:
        await edit_review(buyer, EditReview(review_id, rating=1, expected_version=1))

    assert refusal.value.current == 2


async def test_staff_reject_with_a_reason_and_the_author_may_try_again() -> None:
    goods = await some_goods()
    buyer, moderator = await a_buyer_of(goods), await a_person("support")
    review_id = await a_review(buyer, goods, published=True)

    await moderate_review(
        moderator, ModerateReview(review_id, publish=False, expected_version=2, note="Names a person.")
    )
    (rejected,) = await own_reviews(buyer, ReviewPage(2))
    await edit_review(buyer, EditReview(review_id, title="Pours very well"))
    (changed,) = await own_reviews(buyer, ReviewPage(2))

    assert (rejected.state, rejected.note, await listed_rating(goods)) == ("rejected", "Names a person.", (None, 0))
    assert (changed.state, changed.note) == ("pending", None)


async def test_who_read_another_text_publishes_nothing() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods)
    review_id = await a_review(buyer, goods)
    await edit_review(buyer, EditReview(review_id, body="Buy cheap watches at my place."))

    with pytest.raises(StaleVersion):
        await moderate_review(PLATFORM, ModerateReview(review_id, publish=True, expected_version=1))

    assert await state_of(review_id) == "pending"


@pytest.mark.parametrize(
    ("publish", "note", "rule"), [(False, None, "required"), (False, "", "length"), (True, "Nice.", "onlyRejected")]
)
async def test_a_reason_goes_with_a_rejection_and_only_there(publish: bool, note: str | None, rule: str) -> None:
    goods = await some_goods()
    review_id = await a_review(await a_buyer_of(goods), goods)

    with pytest.raises(InvalidInput) as refusal:
        await moderate_review(PLATFORM, ModerateReview(review_id, publish=publish, expected_version=1, note=note))

    assert (refusal.value.field, refusal.value.rule) == ("note", rule)


async def test_only_who_may_moderate_does() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods)
    review_id = await a_review(buyer, goods)
    supplier = await a_person("supplier", supplier_id=goods.supplier_id)

    for viewer in (buyer, supplier, await a_person("finance")):
        with pytest.raises(NotAllowed):
            await moderate_review(viewer, ModerateReview(review_id, publish=True, expected_version=1))


async def test_every_change_is_told_and_recorded_without_a_word_of_the_text() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods)
    review_id = await a_review(buyer, goods, published=True)
    await edit_review(buyer, EditReview(review_id, rating=1))
    await remove_review(buyer, RemoveReview(review_id))

    events = await rows("SELECT kind, sequence FROM event WHERE subject_id = $1 ORDER BY serial", review_id)
    entries = await rows(
        "SELECT action, before, after FROM audit_entry WHERE subject_id = $1 ORDER BY serial", review_id
    )

    assert [tuple(one) for one in events] == [
        ("review.written", 1),
        ("review.moderated", 2),
        ("review.written", 3),
        ("review.removed", 4),
    ]
    assert [one["action"] for one in entries] == ["writeReview", "moderateReview", "editReview", "removeReview"]
    assert WORDS.title not in str([dict(one) for one in entries])


async def test_whoever_is_erased_has_said_nothing() -> None:
    goods = await some_goods()
    buyer = await a_buyer_of(goods)
    await run("UPDATE users SET erased_at = now() WHERE id = $1", buyer.user_id)

    with pytest.raises(NotFound):
        await a_review(buyer, goods)

    assert await value("SELECT count(*) FROM review WHERE author_id = $1", buyer.user_id) == 0
