"""Buyers, keepers, staff, imports and the schedule at once, through the use cases that the API calls."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.cart.checkout import BeginCheckout, begin_checkout
from domain.cart.lines import CartLineChange, add_cart_line, change_cart_line
from domain.cart.open import CreateCart, create_cart
from domain.inventory.count import CountStock, count_stock
from domain.inventory.end_transfer import CancelTransfer, ReceiveTransfer, cancel_transfer, receive_transfer
from domain.inventory.expire import return_expired
from domain.inventory.send_transfer import SendTransfer, TransferLine, send_transfer
from domain.inventory.set_channel_warehouses import SetChannelWarehouses, set_channel_warehouses
from domain.inventory.set_stock import StockChange, store_stock
from domain.orders.cancel import CancelOrder, cancel_order
from domain.orders.place import place_order
from domain.orders.states import OrderState, allowed_events
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, value
from domain.shared.errors import DomainError
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM, Viewer
from tests.factories.goods import Goods, some_goods
from tests.factories.orders import advance_now, to_place
from tests.factories.people import a_person
from tests.factories.stock import a_channel, a_warehouse, fill, imbalances

UNITS = 3
_EXPECTED = """
    SELECT o.state, coalesce(sum(r.quantity) FILTER (WHERE r.state = 'held'), 0)::int AS held,
           coalesce(sum(r.quantity) FILTER (WHERE r.state = 'shipped'), 0)::int AS shipped,
           (SELECT sum(quantity) FROM order_line WHERE order_id = o.id)::int AS bought
    FROM orders o LEFT JOIN reservation r ON r.owner_id = o.id WHERE o.id = ANY($1) GROUP BY o.id"""
_HOLDS = {"pending": "held", "paid": "held", "shipped": "shipped", "delivered": "shipped"}


@dataclass
class Shop:
    goods: Sequence[Goods]
    warehouses: Sequence[UUID]
    channel: str
    buyers: Sequence[Viewer]
    carts: list[UUID]
    orders: list[tuple[Viewer, UUID]] = field(default_factory=list)
    transfers: list[UUID] = field(default_factory=list)

    @property
    def variants(self) -> list[UUID]:
        return [one.variant_id for one in self.goods]


@dataclass(frozen=True)
class Step:
    kind: str
    goods: int
    place: int
    units: int
    whose: int


async def _line(shop: Shop, step: Step) -> None:
    act = add_cart_line if step.place else change_cart_line
    change = CartLineChange(shop.carts[step.whose], shop.goods[step.goods].variant_id, step.units)
    await act(shop.buyers[step.whose], change)


async def _checkout(shop: Shop, step: Step) -> None:
    await begin_checkout(shop.buyers[step.whose], BeginCheckout(shop.carts[step.whose]))


async def _place(shop: Shop, step: Step) -> None:
    buyer, cart_id = shop.buyers[step.whose], shop.carts[step.whose]
    shop.orders.append((buyer, await place_order(buyer, await to_place(buyer, cart_id))))
    shop.carts[step.whose] = await _a_cart(buyer, shop.channel, shop.goods)


async def _advance(shop: Shop, step: Step) -> None:
    if shop.orders:
        _, order_id = shop.orders[(step.units + step.whose) % len(shop.orders)]
        events = allowed_events(OrderState(await value("SELECT state FROM orders WHERE id = $1", order_id)))
        if events:
            await advance_now(PLATFORM, order_id, events[min(step.goods, len(events) - 1)])


async def _cancel(shop: Shop, step: Step) -> None:
    if shop.orders:
        buyer, order_id = shop.orders[step.units % len(shop.orders)]
        await cancel_order(buyer, CancelOrder(order_id))


async def _expire(_: Shop, step: Step) -> None:
    with clock_at(now() + timedelta(minutes=11 if step.place else 0)):
        await return_expired(step.units)


async def _import(shop: Shop, step: Step) -> None:
    """In the order of its file, which is not that of the ids."""
    changes = [
        StockChange(variant_id=one.variant_id, warehouse_id=shop.warehouses[step.place], on_hand=step.units)
        for one in (shop.goods if step.whose % 2 else reversed(shop.goods))
    ]
    await use_case(store_stock)(PLATFORM, changes, kind="count", reference=new_id())


async def _count(shop: Shop, step: Step) -> None:
    spot = shop.goods[step.goods].variant_id, shop.warehouses[step.place]
    seen = await value("SELECT on_hand FROM stock_level WHERE variant_id = $1 AND warehouse_id = $2", *spot)
    await count_stock(PLATFORM, CountStock(*spot, on_hand=step.units, expected_on_hand=seen or 0))


async def _send(shop: Shop, step: Step) -> None:
    source, destination = shop.warehouses[step.place], shop.warehouses[(step.place + 1) % 3]
    line = TransferLine(shop.goods[step.goods].variant_id, step.units)
    shop.transfers.append(await send_transfer(PLATFORM, SendTransfer(source, destination, (line,))))


async def _end(shop: Shop, step: Step) -> None:
    if shop.transfers:
        transfer_id = shop.transfers[step.units % len(shop.transfers)]
        if step.whose % 2:
            await receive_transfer(PLATFORM, ReceiveTransfer(transfer_id))
        else:
            await cancel_transfer(PLATFORM, CancelTransfer(transfer_id))


async def _close(shop: Shop, step: Step) -> None:
    """A warehouse leaves the channel, or comes back, or is asked first."""
    kept = shop.warehouses[step.place :] if step.whose % 2 else tuple(reversed(shop.warehouses))
    await set_channel_warehouses(PLATFORM, SetChannelWarehouses(shop.channel, tuple(kept)))


OPERATIONS: dict[str, Callable[[Shop, Step], Awaitable[None]]] = {
    "line": _line,
    "checkout": _checkout,
    "place": _place,
    "advance": _advance,
    "cancel": _cancel,
    "expire": _expire,
    "import": _import,
    "count": _count,
    "send": _send,
    "end": _end,
    "close": _close,
}
steps = st.builds(
    Step,
    kind=st.sampled_from([*OPERATIONS, *["line", "checkout", "place", "advance"] * 2, "advance"]),
    goods=st.integers(0, 2),
    place=st.integers(0, 2),
    units=st.integers(1, 7),
    whose=st.integers(0, 3),
)
parties = st.lists(st.lists(steps, min_size=4, max_size=12), min_size=3, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(parties)
async def test_at_every_moment_of_a_busy_shop_the_movements_sum_to_the_levels(parties: list[list[Step]]) -> None:
    shop = await _a_shop()
    wrong: list[str] = []

    async def party(its: list[Step]) -> None:
        for step in its:
            try:
                await OPERATIONS[step.kind](shop, step)
            except DomainError:
                continue

    async def watch() -> None:
        while True:
            wrong.extend(await imbalances(*shop.variants))
            await asyncio.sleep(0.005)

    watcher = asyncio.create_task(watch())
    try:
        await asyncio.gather(*(party(one) for one in parties))
    finally:
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)

    assert wrong + await imbalances(*shop.variants) == []
    for one in await rows(_EXPECTED, [order_id for _, order_id in shop.orders]):
        holds = {"held": 0, "shipped": 0, **({_HOLDS[one["state"]]: one["bought"]} if one["state"] in _HOLDS else {})}
        assert {"held": one["held"], "shipped": one["shipped"]} == holds, one["state"]


async def _a_shop() -> Shop:
    warehouses = [await a_warehouse() for _ in range(3)]
    channel = await a_channel(*warehouses)
    goods = [await some_goods(stock=(), channels=(channel,)) for _ in range(3)]
    for one in goods:
        await fill(one, warehouses, UNITS)
    buyers = [await a_person() for _ in range(4)]
    return Shop(goods, warehouses, channel, buyers, [await _a_cart(one, channel, goods) for one in buyers])


async def _a_cart(buyer: Viewer, channel: str, goods: Sequence[Goods]) -> UUID:
    cart_id = await create_cart(buyer, CreateCart("EUR", channel))
    for one in goods:
        await add_cart_line(buyer, CartLineChange(cart_id, one.variant_id, 1))
    return cart_id
