from datetime import timedelta

import pytest

from domain.inventory.expire import return_expired
from domain.inventory.reserve import Claim, reserve
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, value
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from tests.factories.stock import Level, a_channel, a_warehouse, goods_in, imbalances, level_of
from workers.schedule import return_reservations

reserve_now = use_case(reserve)


async def test_only_what_has_expired_is_returned_and_orders_never_are() -> None:
    warehouse = await a_warehouse()
    channel, moment = await a_channel(warehouse), now()
    goods = await goods_in(warehouse, units=10)
    for claim in (
        Claim(new_id(), expires_at=moment + timedelta(minutes=5)),
        Claim(new_id(), expires_at=moment + timedelta(minutes=15)),
        Claim(new_id()),
    ):
        await reserve_now(claim, {goods.variant_id: 2}, {}, channel=channel)

    with clock_at(moment + timedelta(minutes=10)):
        await return_reservations()

    assert await level_of(goods, warehouse) == Level(10, 4, 0)
    assert await imbalances(goods.variant_id) == []


async def test_a_claim_that_was_extended_stays() -> None:
    warehouse = await a_warehouse()
    channel, moment, cart_id = await a_channel(warehouse), now(), new_id()
    goods = await goods_in(warehouse, units=10)
    for minutes in (5, 15):
        claim = Claim(cart_id, expires_at=moment + timedelta(minutes=minutes))
        await reserve_now(claim, {goods.variant_id: 2}, {}, channel=channel)

    with clock_at(moment + timedelta(minutes=10)):
        await return_reservations()

    assert await level_of(goods, warehouse) == Level(10, 2, 0)


@pytest.mark.parametrize("limit", [1, 100])
async def test_chunks_return_everything_with_a_movement_each(limit: int) -> None:
    warehouse = await a_warehouse()
    channel, past = await a_channel(warehouse), now() - timedelta(minutes=1)
    goods = await goods_in(warehouse, units=10)
    carts = [new_id() for _ in range(3)]
    for cart_id in carts:
        await reserve_now(Claim(cart_id, expires_at=past), {goods.variant_id: 2}, {}, channel=channel)

    while await return_expired(limit):
        pass

    assert await level_of(goods, warehouse) == Level(10, 0, 0)
    released = await rows(
        "SELECT reserved_delta FROM stock_movement WHERE reference = ANY($1) AND kind = 'release'", carts
    )
    assert [one["reserved_delta"] for one in released] == [-2, -2, -2]
    assert await value("SELECT count(*) FROM reservation WHERE owner_id = ANY($1) AND state = 'held'", carts) == 0
