"""Delivering, returning and refunding."""

import asyncio

import pytest

from domain.fulfilment.deliver import DeliverOrder, deliver_order
from domain.fulfilment.ship import ShipOrder, ship_order
from domain.fulfilment.take_back import RefundOrder, ReturnOrder, refund_order, return_order
from domain.orders.errors import EventNotAllowed
from domain.orders.states import OrderEvent, OrderState
from domain.shared.database import value
from domain.shared.errors import NotAllowed, NotSignedIn, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS, PLATFORM, Viewer
from tests.factories.goods import stock_of
from tests.factories.orders import advance_now
from tests.factories.payments import Bought, bought, event_of, state_of, supplier_of
from tests.factories.people import a_person


async def taken_to(*events: OrderEvent) -> Bought:
    order = await bought()
    for event in events:
        await advance_now(PLATFORM, order.order_id, event)
    return order


async def test_a_returned_order_is_back_in_stock_and_tells_so() -> None:
    order, clerk = await taken_to(OrderEvent.PAY, OrderEvent.SHIP), await a_person("support")
    assert await stock_of(order.goods[0].variant_id) == (4, 0)

    await return_order(clerk, ReturnOrder(order.order_id))

    assert await state_of(order.order_id) is OrderState.RETURNED
    assert await stock_of(order.goods[0].variant_id) == (5, 0)
    assert await event_of(order.order_id, "order.returned")


async def test_a_refunded_order_gives_up_its_goods() -> None:
    order, clerk = await taken_to(OrderEvent.PAY), await a_person("finance")
    assert await stock_of(order.goods[0].variant_id) == (5, 1)

    await refund_order(clerk, RefundOrder(order.order_id))

    assert await state_of(order.order_id) is OrderState.REFUNDED
    assert await stock_of(order.goods[0].variant_id) == (5, 0)
    assert await event_of(order.order_id, "order.refunded")


async def test_an_order_shipped_without_a_label_of_ours_is_delivered_too() -> None:
    order, clerk = await taken_to(OrderEvent.PAY, OrderEvent.SHIP), await a_person("fulfilment")

    await deliver_order(clerk, DeliverOrder(order.order_id))

    assert await state_of(order.order_id) is OrderState.DELIVERED


@pytest.mark.parametrize(
    ("events", "role", "allowed"),
    [
        ((), "deliver", ("pay", "cancel")),
        ((OrderEvent.PAY,), "deliver", ("ship", "refund")),
        ((OrderEvent.PAY,), "return", ("ship", "refund")),
        ((), "refund", ("pay", "cancel")),
        ((OrderEvent.PAY, OrderEvent.SHIP), "refund", ("deliver", "return")),
        ((OrderEvent.PAY, OrderEvent.SHIP, OrderEvent.DELIVER), "return", ()),
        ((OrderEvent.PAY, OrderEvent.REFUND), "refund", ()),
    ],
)
async def test_what_the_state_does_not_allow_is_refused_with_what_it_does(
    events: tuple[OrderEvent, ...], role: str, allowed: tuple[str, ...]
) -> None:
    order, clerk = await taken_to(*events), await a_person("administrator")

    with pytest.raises(EventNotAllowed) as refusal:
        await _send(role, clerk, order)

    assert (refusal.value.event, refusal.value.allowed) == (role, allowed)


@pytest.mark.parametrize(
    ("events", "event"),
    [
        ((OrderEvent.PAY, OrderEvent.SHIP), "deliver"),
        ((OrderEvent.PAY, OrderEvent.SHIP), "return"),
        ((OrderEvent.PAY,), "refund"),
    ],
)
async def test_buyers_may_do_none_of_it_and_suppliers_only_deliver(events: tuple[OrderEvent, ...], event: str) -> None:
    order = await taken_to(*events)
    refused = [order.buyer] if event == "deliver" else [order.buyer, await supplier_of(order.goods[0])]

    for viewer in refused:
        with pytest.raises(NotAllowed) as refusal:
            await _send(event, viewer, order)

        assert refusal.value.permission == f"orders.{event}"
    with pytest.raises(NotSignedIn):
        await _send(event, ANONYMOUS, order)


@pytest.mark.parametrize(
    ("events", "event"),
    [
        ((OrderEvent.PAY, OrderEvent.SHIP), "deliver"),
        ((OrderEvent.PAY, OrderEvent.SHIP), "return"),
        ((OrderEvent.PAY,), "refund"),
    ],
)
async def test_ten_clicks_at_once_with_one_key_have_one_effect_and_a_stale_version_none(
    events: tuple[OrderEvent, ...], event: str
) -> None:
    order, clerk = await taken_to(*events), await a_person("administrator")
    version = len(events) + 1

    with pytest.raises(StaleVersion):
        await _send(event, clerk, order, version=version - 1)
    answers = await asyncio.gather(*(_send(event, clerk, order, key="once", version=version) for _ in range(10)))

    assert set(answers) == {order.order_id}
    assert await value("SELECT version FROM orders WHERE id = $1", order.order_id) == version + 1


async def test_a_key_serves_each_kind_of_write_once() -> None:
    order, clerk, key = await taken_to(OrderEvent.PAY), await a_person("administrator"), str(new_id())

    await ship_order(clerk, ShipOrder(order.order_id, "DHL", "1", key=key))
    await deliver_order(clerk, DeliverOrder(order.order_id, key=key))

    assert await state_of(order.order_id) is OrderState.DELIVERED


async def _send(
    event: str, viewer: Viewer, order: Bought, *, key: str | None = None, version: int | None = None
) -> object:
    match event:
        case "deliver":
            return await deliver_order(viewer, DeliverOrder(order.order_id, key, version))
        case "return":
            return await return_order(viewer, ReturnOrder(order.order_id, key, version))
        case _:
            return await refund_order(viewer, RefundOrder(order.order_id, key, version))
