"""What carts hold while others want it, the schedule returns it, and orders take it over."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta
from uuid import UUID

from domain.cart.checkout import BeginCheckout, begin_checkout
from domain.cart.lines import CartLineChange, add_cart_line
from domain.inventory.errors import OutOfStock
from domain.inventory.expire import return_expired
from domain.orders.place import place_order
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, value
from domain.shared.viewer import Viewer
from tests.factories.goods import some_goods, stock_by_movements, stock_of
from tests.factories.orders import a_cart, to_place
from tests.factories.people import a_person
from tests.factories.stock import imbalances

LATER = timedelta(minutes=11)


async def _outcome(act: Awaitable[object]) -> str:
    try:
        await act
    except OutOfStock:
        return "refused"
    return "done"


async def test_of_forty_checkouts_over_ten_units_ten_begin_and_their_orders_are_certain() -> None:
    goods = await some_goods(stock=(4, 4, 2))
    carts = [(buyer := await a_person(), await a_cart(buyer, goods)) for _ in range(40)]

    async def go(buyer: Viewer, cart_id: UUID) -> str:
        if await _outcome(begin_checkout(buyer, BeginCheckout(cart_id))) == "refused":
            return "refused"
        return await _outcome(place_order(buyer, await to_place(buyer, cart_id)))

    outcomes = Counter(await asyncio.gather(*(go(*each) for each in carts)))

    assert outcomes == {"done": 10, "refused": 30}
    assert await stock_of(goods.variant_id) == await stock_by_movements(goods.variant_id) == (10, 10)
    assert await imbalances(goods.variant_id) == []


async def test_any_number_of_schedules_return_each_once_beside_live_traffic() -> None:
    goods = await some_goods(stock=(60,))
    left = [(buyer := await a_person(), await a_cart(buyer, goods, 2)) for _ in range(20)]
    for buyer, cart_id in left:
        await begin_checkout(buyer, BeginCheckout(cart_id))
    fresh = [(buyer := await a_person(), await a_cart(buyer, goods)) for _ in range(20)]

    async def schedule() -> int:
        returned = 0
        while chunk := await return_expired(3):
            returned += chunk
        return returned

    with clock_at(now() + LATER):
        bought, returned = await asyncio.gather(
            asyncio.gather(*(_outcome(begin_checkout(buyer, BeginCheckout(cart_id))) for buyer, cart_id in fresh)),
            asyncio.gather(*(schedule() for _ in range(3))),
        )
        rest = await schedule()

    assert bought == ["done"] * 20
    assert sum(returned) + rest >= 20
    released = await rows(
        "SELECT count(*) AS times FROM stock_movement WHERE kind = 'release' AND reference = ANY($1) GROUP BY reference",
        [cart_id for _, cart_id in left],
    )
    assert [one["times"] for one in released] == [1] * 20
    assert await stock_of(goods.variant_id) == await stock_by_movements(goods.variant_id) == (60, 20)


async def test_an_extension_and_an_expiry_at_once_leave_a_cart_that_is_reserved_or_one_that_is_told_so() -> None:
    """The cart and somebody else want the last three: whoever is first, nobody is promised what another has."""
    for _ in range(8):
        goods = await some_goods(stock=(3,))
        buyer, rival = await a_person(), await a_person()
        cart_id, rivals = await a_cart(buyer, goods, 3), await a_cart(rival, goods, 3)
        await begin_checkout(buyer, BeginCheckout(cart_id))

        with clock_at(now() + LATER):
            extended, _, rivalled = await asyncio.gather(
                _outcome(begin_checkout(buyer, BeginCheckout(cart_id))),
                return_expired(),
                _outcome(begin_checkout(rival, BeginCheckout(rivals))),
            )

        assert sorted([extended, rivalled]) in (["done", "refused"], ["refused", "refused"])
        held = {cart_id: 3} if extended == "done" else {rivals: 3} if rivalled == "done" else {}
        assert await _held(cart_id, rivals) == held
        assert await imbalances(goods.variant_id) == []


async def test_an_order_and_an_expiry_at_once_sell_what_was_reserved_once() -> None:
    for _ in range(8):
        goods = await some_goods(stock=(3,))
        buyer = await a_person()
        cart_id = await a_cart(buyer, goods, 3)
        await begin_checkout(buyer, BeginCheckout(cart_id))
        command = await to_place(buyer, cart_id)

        with clock_at(now() + LATER):
            order_id, _, _ = await asyncio.gather(place_order(buyer, command), return_expired(), return_expired())

        assert await _held(order_id, cart_id) == {order_id: 3}
        assert await imbalances(goods.variant_id) == []


async def test_nobody_gets_in_between_the_cart_and_its_order() -> None:
    goods = await some_goods(stock=(3,))
    buyer, rivals = await a_person(), [await a_person() for _ in range(10)]
    cart_id = await a_cart(buyer, goods, 3)
    await begin_checkout(buyer, BeginCheckout(cart_id))
    command = await to_place(buyer, cart_id)
    theirs = [(rival, await to_place(rival, await a_cart(rival, goods))) for rival in rivals]

    placed, *refused = await asyncio.gather(
        _outcome(place_order(buyer, command)), *(_outcome(place_order(rival, wanted)) for rival, wanted in theirs)
    )

    assert (placed, set(refused)) == ("done", {"refused"})


async def test_ten_changes_of_one_cart_at_the_checkout_hold_their_sum() -> None:
    goods, buyer = await some_goods(stock=(8, 8)), await a_person()
    cart_id = await a_cart(buyer, goods)
    await begin_checkout(buyer, BeginCheckout(cart_id))

    await asyncio.gather(*(add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 1)) for _ in range(10)))

    assert await _held(cart_id) == {cart_id: 11}
    assert await value("SELECT quantity FROM cart_line WHERE cart_id = $1", cart_id) == 11
    assert await imbalances(goods.variant_id) == []


async def _held(*owners: UUID) -> dict[UUID, int]:
    found = await rows(
        """SELECT owner_id, sum(quantity)::int AS units FROM reservation
           WHERE owner_id = ANY($1) AND state = 'held' GROUP BY 1""",
        list(owners),
    )
    return {one["owner_id"]: one["units"] for one in found}
