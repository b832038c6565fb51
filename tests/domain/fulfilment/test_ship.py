"""Shipping, by a clerk or by the supplier of the whole order."""

import asyncio

import pytest

from domain.fulfilment.deliver import DeliverOrder, deliver_order
from domain.fulfilment.queries import shipments_of
from domain.fulfilment.ship import ShipOrder, ship_order
from domain.orders.errors import EventNotAllowed
from domain.orders.states import OrderEvent, OrderState
from domain.shared.database import value
from domain.shared.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS, PLATFORM
from tests.factories.goods import stock_of
from tests.factories.orders import advance_now
from tests.factories.payments import Bought, bought, state_of, supplier_of
from tests.factories.people import a_person


async def paid(*, suppliers: int = 1) -> Bought:
    order = await bought(suppliers=suppliers)
    await advance_now(PLATFORM, order.order_id, OrderEvent.PAY)
    return order


def parcel(order: Bought, carrier: str = "DHL", tracking_number: str = "JD0146 0000 1234") -> ShipOrder:
    return ShipOrder(order.order_id, carrier, tracking_number)


async def test_a_clerk_ships_and_the_goods_leave_the_stock() -> None:
    order, clerk = await paid(), await a_person("fulfilment")

    await ship_order(clerk, parcel(order, "  DHL ", "JD0146 0000 1234"))

    shipment = (await shipments_of([order.order_id]))[order.order_id]
    assert (shipment.carrier, shipment.tracking_number) == ("DHL", "JD0146 0000 1234")
    assert shipment.delivered_at is None
    assert await state_of(order.order_id) is OrderState.SHIPPED
    assert await stock_of(order.goods[0].variant_id) == (4, 0)


async def test_the_supplier_of_every_line_ships_and_delivers() -> None:
    order = await paid()
    supplier = await supplier_of(order.goods[0])

    await ship_order(supplier, parcel(order))
    await deliver_order(supplier, DeliverOrder(order.order_id))

    assert await state_of(order.order_id) is OrderState.DELIVERED
    shipment = (await shipments_of([order.order_id]))[order.order_id]
    assert shipment.delivered_at is not None
    assert shipment.delivered_at >= shipment.shipped_at


async def test_a_supplier_of_some_lines_does_not_ship_the_order() -> None:
    order = await paid(suppliers=2)

    for goods in order.goods:
        with pytest.raises(NotAllowed) as refusal:
            await ship_order(await supplier_of(goods), parcel(order))

        assert refusal.value.permission == "orders.ship"
    assert await state_of(order.order_id) is OrderState.PAID
    assert await shipments_of([order.order_id]) == {}


async def test_the_buyer_does_not_ship_and_strangers_learn_nothing_of_the_order() -> None:
    order, other = await paid(), await paid()

    with pytest.raises(NotAllowed):
        await ship_order(order.buyer, parcel(order))
    for stranger in (await a_person(), await supplier_of(other.goods[0])):
        with pytest.raises(NotFound):
            await ship_order(stranger, parcel(order))
    with pytest.raises(NotSignedIn):
        await ship_order(ANONYMOUS, parcel(order))

    assert await state_of(order.order_id) is OrderState.PAID


@pytest.mark.parametrize(
    ("carrier", "tracking_number", "field", "rule"),
    [
        ("", "1", "carrier", "length"),
        ("  ", "1", "carrier", "length"),
        ("D" * 61, "1", "carrier", "length"),
        ("DHL\x00", "1", "carrier", "printable"),
        ("D\tHL", "1", "carrier", "printable"),
        ("DHL", "", "trackingNumber", "length"),
        ("DHL", "1" * 121, "trackingNumber", "length"),
        ("DHL", "1\n2", "trackingNumber", "printable"),
        ("DHL", "1\u202e2", "trackingNumber", "printable"),
        ("DHL", "1\ud8002", "trackingNumber", "printable"),
    ],
)
async def test_a_label_that_cannot_be_printed_is_refused_and_changes_nothing(
    carrier: str, tracking_number: str, field: str, rule: str
) -> None:
    order, clerk = await paid(), await a_person("fulfilment")

    with pytest.raises(InvalidInput) as refusal:
        await ship_order(clerk, parcel(order, carrier, tracking_number))

    assert (refusal.value.field, refusal.value.rule) == (field, rule)
    assert await state_of(order.order_id) is OrderState.PAID


async def test_labels_of_exactly_the_longest_length_and_in_any_script_are_taken() -> None:
    order, clerk = await paid(), await a_person("fulfilment")

    await ship_order(clerk, parcel(order, "顺" * 60, "9" * 120))

    shipment = (await shipments_of([order.order_id]))[order.order_id]
    assert (len(shipment.carrier), len(shipment.tracking_number)) == (60, 120)


async def test_an_order_that_is_not_paid_is_not_shipped() -> None:
    order, clerk = await bought(), await a_person("fulfilment")

    with pytest.raises(EventNotAllowed) as refusal:
        await ship_order(clerk, parcel(order))

    assert (refusal.value.state, refusal.value.allowed) == ("pending", ("pay", "cancel"))
    assert await shipments_of([order.order_id]) == {}


async def test_a_clerk_who_read_another_version_is_refused() -> None:
    order, clerk = await paid(), await a_person("fulfilment")

    with pytest.raises(StaleVersion) as refusal:
        await ship_order(clerk, ShipOrder(order.order_id, "DHL", "1", expected_version=1))

    assert (refusal.value.expected, refusal.value.current) == (1, 2)


async def test_twenty_clicks_at_once_with_one_key_ship_once_and_answer_alike() -> None:
    order, clerk = await paid(), await a_person("fulfilment")
    command = ShipOrder(order.order_id, "DHL", "1", key=str(new_id()))

    answers = await asyncio.gather(*(ship_order(clerk, command) for _ in range(20)))

    assert set(answers) == {order.order_id}
    assert await value("SELECT count(*) FROM shipment WHERE order_id = $1", order.order_id) == 1
    assert await value("SELECT version FROM orders WHERE id = $1", order.order_id) == 3
