"""Whatever happens to stock at once, the books agree with the shelves afterwards."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.inventory.count import AdjustStock, CountStock, adjust_stock, count_stock
from domain.inventory.end_transfer import CancelTransfer, ReceiveTransfer, cancel_transfer, receive_transfer
from domain.inventory.expect import ExpectStock, ReceiveStock, expect_stock, receive_stock
from domain.inventory.expire import return_expired
from domain.inventory.reserve import Claim, reserve
from domain.inventory.send_transfer import SendTransfer, TransferLine, send_transfer
from domain.inventory.set_rules import SetStockRules, set_stock_rules
from domain.inventory.settle import release, restock, ship
from domain.shared.clock import now
from domain.shared.database import rows, run, value
from domain.shared.errors import DomainError
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM
from tests.factories.goods import Goods
from tests.factories.stock import a_channel, a_warehouse, goods_in, imbalances

release_now, ship_now, restock_now = (use_case(each) for each in (release, ship, restock))
STARTED_WITH = 12
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))"
"""In place of the cart's row, which whoever reserves for a cart has locked."""


@dataclass
class Shop:
    """What all the parallel parties share. The first channel sells out of two of the three warehouses, the second out of
    all, asking the last one first."""

    goods: Sequence[Goods]
    warehouses: Sequence[UUID]
    channels: Sequence[str]
    carts: list[UUID] = field(default_factory=lambda: [new_id() for _ in range(4)])
    orders: list[UUID] = field(default_factory=list)
    transfers: list[UUID] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """What to do with which goods, where, how many and whose; every operation takes of it what it needs."""

    kind: str
    goods: int
    place: int
    units: int
    whose: int

    def one(self, shop: Shop) -> Goods:
        return shop.goods[self.goods % len(shop.goods)]

    def spot(self, shop: Shop) -> tuple[UUID, UUID]:
        return self.one(shop).variant_id, shop.warehouses[self.place]


Operation = Callable[[Shop, Step], Awaitable[object]]


@use_case
async def _claim(shop: Shop, step: Step, claim: Claim) -> None:
    """Of one product or of two, in either order."""
    await run(_LOCK, str(claim.taking_over or claim.owner_id))
    chosen = [step.one(shop), shop.goods[(step.goods + step.whose) % len(shop.goods)]]
    wanted = {one.variant_id: step.units for one in chosen}
    await reserve(claim, wanted, {one.variant_id: one.sku for one in chosen}, channel=shop.channels[step.place % 2])


async def _cart(shop: Shop, step: Step) -> None:
    """Reserves, or changes and prolongs what it holds; some are out of time at once."""
    minutes = -1 if step.units % 3 == 0 else 10
    await _claim(shop, step, Claim(shop.carts[step.whose], expires_at=now() + timedelta(minutes=minutes)))


async def _order(shop: Shop, step: Step) -> None:
    order_id, cart_id = new_id(), shop.carts[step.whose] if step.units % 2 else None
    await _claim(shop, step, Claim(order_id, taking_over=cart_id))
    shop.orders.append(order_id)


def _of_an_order(act: Callable[[UUID], Awaitable[None]]) -> Operation:
    async def operation(shop: Shop, step: Step) -> None:
        if shop.orders:
            await act(shop.orders[step.units % len(shop.orders)])

    return operation


@use_case
async def _leave(shop: Shop, step: Step) -> None:
    await run(_LOCK, str(shop.carts[step.whose]))
    await release(shop.carts[step.whose])


async def _expire(_: Shop, step: Step) -> None:
    await return_expired(step.units)


async def _count(shop: Shop, step: Step) -> None:
    spot = step.spot(shop)
    seen = await value("SELECT on_hand FROM stock_level WHERE variant_id = $1 AND warehouse_id = $2", *spot)
    await count_stock(PLATFORM, CountStock(*spot, on_hand=step.units, expected_on_hand=seen or 0))


async def _adjust(shop: Shop, step: Step) -> None:
    by = step.units if step.whose % 2 else -step.units
    await adjust_stock(PLATFORM, AdjustStock(*step.spot(shop), by=by, reason="broken"))


async def _rules(shop: Shop, step: Step) -> None:
    await set_stock_rules(
        PLATFORM,
        SetStockRules(*step.spot(shop), safety=step.units % 4, backorder_limit=step.whose, low_at=step.units),
    )


async def _expect(shop: Shop, step: Step) -> None:
    await expect_stock(PLATFORM, ExpectStock(*step.spot(shop), by=step.units if step.whose else -step.units))


async def _receive(shop: Shop, step: Step) -> None:
    await receive_stock(PLATFORM, ReceiveStock(*step.spot(shop), quantity=step.units))


async def _send(shop: Shop, step: Step) -> None:
    source, destination = shop.warehouses[step.place], shop.warehouses[(step.place + 1 + step.whose % 2) % 3]
    lines = {step.goods, (step.goods + step.whose) % len(shop.goods)}
    sent = tuple(TransferLine(shop.goods[number].variant_id, step.units) for number in lines)
    shop.transfers.append(await send_transfer(PLATFORM, SendTransfer(source, destination, sent)))


async def _arrive(shop: Shop, step: Step) -> None:
    if shop.transfers:
        lines = None if step.whose % 2 else (TransferLine(step.one(shop).variant_id, step.units),)
        await receive_transfer(PLATFORM, ReceiveTransfer(shop.transfers[step.units % len(shop.transfers)], lines))


async def _call_back(shop: Shop, step: Step) -> None:
    if shop.transfers:
        await cancel_transfer(PLATFORM, CancelTransfer(shop.transfers[step.units % len(shop.transfers)]))


OPERATIONS: dict[str, Operation] = {
    "cart": _cart,
    "order": _order,
    "leave": _leave,
    "release": _of_an_order(release_now),
    "ship": _of_an_order(ship_now),
    "restock": _of_an_order(restock_now),
    "expire": _expire,
    "count": _count,
    "adjust": _adjust,
    "rules": _rules,
    "expect": _expect,
    "receive": _receive,
    "send": _send,
    "arrive": _arrive,
    "call back": _call_back,
}

steps = st.builds(
    Step,
    kind=st.sampled_from([*OPERATIONS, "cart", "cart", "order", "order", "ship", "send"]),
    goods=st.integers(0, 2),
    place=st.integers(0, 2),
    units=st.integers(1, 15),
    whose=st.integers(0, 3),
)
parties = st.lists(st.lists(steps, min_size=3, max_size=10), min_size=3, max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(parties)
async def test_random_operations_in_parallel_keep_the_books(parties: list[list[Step]]) -> None:
    shop = await _a_shop()

    async def party(its: list[Step]) -> None:
        for step in its:
            try:
                await OPERATIONS[step.kind](shop, step)
            except DomainError:
                continue

    await asyncio.gather(*(party(one) for one in parties))

    assert await imbalances(*(one.variant_id for one in shop.goods)) == []
    assert await _wrong_transit(shop) == []


async def _a_shop() -> Shop:
    warehouses = [await a_warehouse() for _ in range(3)]
    channels = [await a_channel(*warehouses[:2]), await a_channel(*reversed(warehouses))]
    return Shop([await goods_in(*warehouses, units=STARTED_WITH) for _ in range(3)], warehouses, channels)


async def _wrong_transit(shop: Shop) -> list[str]:
    """Levels that expect fewer than transfers have sent to them."""
    found = await rows(
        """SELECT s.id FROM stock_level s WHERE s.variant_id = ANY($1) AND s.incoming < (
             SELECT coalesce(sum(l.quantity - l.received), 0) FROM stock_transfer_line l
             JOIN stock_transfer t ON t.id = l.transfer_id
             WHERE t.state = 'sent' AND t.destination_id = s.warehouse_id AND l.variant_id = s.variant_id)""",
        [one.variant_id for one in shop.goods],
    )
    return [str(one["id"]) for one in found]
