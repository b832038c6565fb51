import asyncio
import random

from domain.inventory.errors import OutOfStock
from domain.inventory.reserve import Claim, reserve
from domain.inventory.settle import release, restock, ship
from domain.shared.database import rows
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from tests.factories.goods import some_goods, stock_by_movements, stock_of

reserve_now, release_now, ship_now, restock_now = (use_case(each) for each in (reserve, release, ship, restock))


async def test_random_operations_in_parallel_leave_the_sum_of_movements_equal_to_the_level() -> None:
    """Lines in random order over goods in several warehouses, so that an uneven lock order would deadlock."""
    shelf = [await some_goods(stock=(20, 15, 10)) for _ in range(4)]
    dice = random.Random(7)

    async def one_owner() -> int:
        owner, lines = new_id(), dice.sample(shelf, k=dice.randint(1, 4))
        wanted = {goods.variant_id: dice.randint(1, 12) for goods in lines}
        try:
            await reserve_now(Claim(owner), wanted, {goods.variant_id: goods.sku for goods in lines}, channel="main")
        except OutOfStock:
            return 0
        for step in dice.choice([(), (release_now,), (ship_now,), (ship_now, restock_now), (release_now, release_now)]):
            await step(owner)
        return 1

    reserved = await asyncio.gather(*(one_owner() for _ in range(120)))

    assert 0 < sum(reserved) < 120
    for goods in shelf:
        on_hand, held = await stock_of(goods.variant_id)
        assert (on_hand, held) == await stock_by_movements(goods.variant_id)
        assert 0 <= held <= on_hand <= 45


async def test_what_is_held_by_orders_is_what_is_reserved() -> None:
    goods = await some_goods(stock=(30, 30))
    owners = [new_id() for _ in range(8)]
    await asyncio.gather(*(reserve_now(Claim(owner), {goods.variant_id: 5}, {}, channel="main") for owner in owners))
    await asyncio.gather(*(release_now(owner) for owner in owners[:3]), *(ship_now(owner) for owner in owners[3:5]))

    held = await rows(
        """SELECT coalesce(sum(r.quantity), 0)::int AS units FROM reservation r JOIN stock_level s ON s.id = r.level_id
           WHERE s.variant_id = $1 AND r.state = 'held'""",
        goods.variant_id,
    )

    assert await stock_of(goods.variant_id) == (50, held[0]["units"]) == (50, 15)
