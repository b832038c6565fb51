from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from domain.cart.checkout import BeginCheckout, begin_checkout
from domain.cart.errors import CartEmpty, CartNotOpen
from domain.cart.lines import CartLineChange, add_cart_line, change_cart_line
from domain.cart.queries import CartFacts, cart
from domain.inventory.errors import OutOfStock
from domain.inventory.expire import return_expired
from domain.orders.place import place_order
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, value
from domain.shared.errors import NotFound, StaleVersion
from domain.shared.settings import Settings
from domain.shared.viewer import Viewer
from tests.factories.goods import some_goods, stock_by_movements, stock_of
from tests.factories.orders import a_cart, to_place
from tests.factories.people import a_person
from tests.factories.stock import imbalances, told
from tests.statements import counted_statements

TIME = timedelta(minutes=10)


async def _cart(buyer: Viewer, cart_id: UUID) -> CartFacts:
    found = await cart(buyer, cart_id)
    assert found is not None
    return found


async def test_at_the_checkout_every_line_is_reserved_for_ten_minutes() -> None:
    buyer, goods, other = await a_person(), await some_goods(stock=(5,)), await some_goods(stock=(2, 2))
    cart_id = await a_cart(buyer, goods, 3)
    await add_cart_line(buyer, CartLineChange(cart_id, other.variant_id, 4))

    with clock_at(moment := now()):
        before = await _cart(buyer, cart_id)
        await begin_checkout(buyer, BeginCheckout(cart_id))
        found = await _cart(buyer, cart_id)

    assert (before.reserved_until, found.reserved_until) == (None, moment + TIME)
    assert found.version == before.version + 1
    assert await stock_of(goods.variant_id) == (5, 3)
    assert await stock_of(other.variant_id) == (4, 4)
    assert await imbalances(goods.variant_id, other.variant_id) == []
    assert len(await told(cart_id, "cart.checkout_begun")) == 1
    audited = await rows("SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY id DESC LIMIT 1", cart_id)
    assert audited[0]["action"] == "beginCheckout"


async def test_the_minutes_are_a_setting(configure: Callable[..., None]) -> None:
    buyer, goods = await a_person(), await some_goods()
    cart_id = await a_cart(buyer, goods)
    configure(reservation_minutes=25)

    with clock_at(moment := now()):
        await begin_checkout(buyer, BeginCheckout(cart_id))
        found = await _cart(buyer, cart_id)

    assert found.reserved_until == moment + timedelta(minutes=25)


async def test_a_line_that_cannot_be_had_is_named_and_nothing_is_reserved() -> None:
    buyer, goods, scarce = await a_person(), await some_goods(stock=(5,)), await some_goods(stock=(1,))
    cart_id = await a_cart(buyer, goods, 3)
    await add_cart_line(buyer, CartLineChange(cart_id, scarce.variant_id, 2))

    with pytest.raises(OutOfStock) as refusal:
        await begin_checkout(buyer, BeginCheckout(cart_id))

    assert (refusal.value.sku, refusal.value.requested, refusal.value.available) == (scarce.sku, 2, 1)
    assert (await _cart(buyer, cart_id)).reserved_until is None
    assert await stock_of(goods.variant_id) == (5, 0)


async def test_before_the_checkout_lines_reserve_nothing_and_there_they_do_at_once() -> None:
    buyer, goods, other = await a_person(), await some_goods(stock=(5,)), await some_goods(stock=(5,))
    cart_id = await a_cart(buyer, goods, 3)
    outside = await stock_of(goods.variant_id)
    await begin_checkout(buyer, BeginCheckout(cart_id))

    await change_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 1))
    await add_cart_line(buyer, CartLineChange(cart_id, other.variant_id, 2))
    with pytest.raises(OutOfStock):
        await add_cart_line(buyer, CartLineChange(cart_id, other.variant_id, 4))

    assert outside == (5, 0)
    assert (await stock_of(goods.variant_id), await stock_of(other.variant_id)) == ((5, 1), (5, 2))
    assert [line.quantity for line in (await _cart(buyer, cart_id)).quote.lines] == [1, 2]


async def test_removing_the_last_line_leaves_the_checkout() -> None:
    buyer, goods = await a_person(), await some_goods(stock=(5,))
    cart_id = await a_cart(buyer, goods, 3)
    await begin_checkout(buyer, BeginCheckout(cart_id))

    await change_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 0))

    assert (await _cart(buyer, cart_id)).reserved_until is None
    assert await stock_of(goods.variant_id) == await stock_by_movements(goods.variant_id) == (5, 0)


async def test_whatever_is_done_to_the_cart_extends_all_that_it_holds() -> None:
    buyer, goods, other = await a_person(), await some_goods(stock=(5,)), await some_goods(stock=(5,))
    cart_id, moment = await a_cart(buyer, goods, 3), now()
    await begin_checkout(buyer, BeginCheckout(cart_id))

    with clock_at(moment + timedelta(minutes=8)):
        await add_cart_line(buyer, CartLineChange(cart_id, other.variant_id, 1))
    with clock_at(moment + timedelta(minutes=16)):
        await return_expired()
        await begin_checkout(buyer, BeginCheckout(cart_id))
    with clock_at(moment + timedelta(minutes=24)):
        await return_expired()

    assert (await stock_of(goods.variant_id), await stock_of(other.variant_id)) == ((5, 3), (5, 1))
    until = await rows("SELECT DISTINCT expires_at FROM reservation WHERE owner_id = $1 AND state = 'held'", cart_id)
    assert [one["expires_at"] for one in until] == [moment + timedelta(minutes=26)]


async def test_who_comes_too_late_is_not_at_the_checkout_and_may_begin_again() -> None:
    buyer, goods = await a_person(), await some_goods(stock=(5,))
    cart_id, moment = await a_cart(buyer, goods, 3), now()
    await begin_checkout(buyer, BeginCheckout(cart_id))

    with clock_at(moment + timedelta(minutes=11)):
        await return_expired()
        await change_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 2))
        late, unreserved = await _cart(buyer, cart_id), await stock_of(goods.variant_id)
        await begin_checkout(buyer, BeginCheckout(cart_id))

    assert (late.reserved_until, unreserved) == (None, (5, 0))
    assert await stock_of(goods.variant_id) == (5, 2)


@pytest.mark.parametrize("minutes", [1, 11])
async def test_the_order_takes_over_what_the_cart_holds_even_past_its_time(minutes: int) -> None:
    buyer, goods = await a_person(), await some_goods(stock=(3,))
    cart_id, moment = await a_cart(buyer, goods, 3), now()
    await begin_checkout(buyer, BeginCheckout(cart_id))

    with clock_at(moment + timedelta(minutes=minutes)):
        order_id = await place_order(buyer, await to_place(buyer, cart_id))
        await return_expired()

    assert await stock_of(goods.variant_id) == await stock_by_movements(goods.variant_id) == (3, 3)
    assert await value("SELECT expires_at FROM reservation WHERE owner_id = $1", order_id) is None
    assert await imbalances(goods.variant_id) == []


async def test_an_empty_a_foreign_an_ordered_and_a_stale_cart_are_refused() -> None:
    buyer, stranger, goods = await a_person(), await a_person(), await some_goods()
    cart_id, empty = await a_cart(buyer, goods), await a_cart(buyer, goods)
    await change_cart_line(buyer, CartLineChange(empty, goods.variant_id, 0))

    with pytest.raises(CartEmpty):
        await begin_checkout(buyer, BeginCheckout(empty))
    with pytest.raises(NotFound):
        await begin_checkout(stranger, BeginCheckout(cart_id))
    with pytest.raises(StaleVersion):
        await begin_checkout(buyer, BeginCheckout(cart_id, expected_version=1))
    await place_order(buyer, await to_place(buyer, cart_id))
    with pytest.raises(CartNotOpen):
        await begin_checkout(buyer, BeginCheckout(cart_id))


async def test_the_same_key_begins_once() -> None:
    buyer, goods = await a_person(), await some_goods()
    cart_id = await a_cart(buyer, goods)

    for _ in range(2):
        await begin_checkout(buyer, BeginCheckout(cart_id, key="once"))

    assert (await _cart(buyer, cart_id)).version == 3
    assert len(await told(cart_id, "cart.checkout_begun")) == 1


@pytest.mark.parametrize("lines", [1, 20])
async def test_beginning_costs_the_same_whatever_the_lines(shop: Settings, lines: int) -> None:
    buyer = await a_person()
    cart_id = await a_cart(buyer, await some_goods())
    for _ in range(lines - 1):
        await add_cart_line(buyer, CartLineChange(cart_id, (await some_goods()).variant_id, 1))

    async with counted_statements(shop) as statements:
        await begin_checkout(buyer, BeginCheckout(cart_id))

    assert len(statements) == 12, "\n".join(statements)
