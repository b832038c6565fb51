import asyncio
from uuid import uuid4

import pytest

from domain.orders.errors import EventNotAllowed
from domain.orders.queries import facts
from domain.orders.states import TRANSITIONS, OrderEvent, OrderState, allowed_events, next_events
from domain.shared.database import rows
from domain.shared.errors import NotAllowed, NotFound, StaleVersion
from domain.shared.viewer import ANONYMOUS, PLATFORM, Viewer
from tests.factories.goods import some_goods, stock_by_movements, stock_of
from tests.factories.orders import advance_now, an_order
from tests.factories.people import a_person, a_supplier

PAY, CANCEL, SHIP, DELIVER, REFUND, RETURN = (
    OrderEvent.PAY,
    OrderEvent.CANCEL,
    OrderEvent.SHIP,
    OrderEvent.DELIVER,
    OrderEvent.REFUND,
    OrderEvent.RETURN,
)
PATHS = {
    OrderState.PENDING: (),
    OrderState.PAID: (PAY,),
    OrderState.CANCELLED: (CANCEL,),
    OrderState.SHIPPED: (PAY, SHIP),
    OrderState.REFUNDED: (PAY, REFUND),
    OrderState.DELIVERED: (PAY, SHIP, DELIVER),
    OrderState.RETURNED: (PAY, SHIP, RETURN),
}


def test_the_table_is_the_specification() -> None:
    table = {(state.value, event.value): row.to.value for (state, event), row in TRANSITIONS.items()}

    assert table == {
        ("pending", "pay"): "paid",
        ("pending", "cancel"): "cancelled",
        ("paid", "ship"): "shipped",
        ("paid", "refund"): "refunded",
        ("shipped", "deliver"): "delivered",
        ("shipped", "return"): "returned",
    }


@pytest.mark.parametrize("state", list(OrderState))
async def test_every_state_takes_its_events_and_refuses_all_others(state: OrderState) -> None:
    buyer, goods = await a_person(), await some_goods()

    for event in OrderEvent:
        order_id = await an_order(buyer, goods, events=PATHS[state])
        if event in allowed_events(state):
            assert (await advance_now(PLATFORM, order_id, event)).state == TRANSITIONS[state, event].to
            continue
        with pytest.raises(EventNotAllowed) as refusal:
            await advance_now(PLATFORM, order_id, event)
        assert (refusal.value.state, refusal.value.allowed) == (state, allowed_events(state))


@pytest.mark.parametrize(
    ("state", "on_hand", "reserved"),
    [
        (OrderState.PENDING, 100, 2),
        (OrderState.PAID, 100, 2),
        (OrderState.CANCELLED, 100, 0),
        (OrderState.REFUNDED, 100, 0),
        (OrderState.SHIPPED, 98, 0),
        (OrderState.DELIVERED, 98, 0),
        (OrderState.RETURNED, 100, 0),
    ],
)
async def test_stock_follows_the_state(state: OrderState, on_hand: int, reserved: int) -> None:
    buyer, goods = await a_person(), await some_goods(stock=(1, 99))

    await an_order(buyer, goods, 2, events=PATHS[state])

    assert await stock_of(goods.variant_id) == await stock_by_movements(goods.variant_id) == (on_hand, reserved)


async def test_each_step_is_one_event_with_the_next_sequence() -> None:
    order_id = await an_order(await a_person(), await some_goods(), events=(PAY, SHIP, DELIVER))

    events = await rows("SELECT kind, sequence FROM event WHERE subject_id = $1 ORDER BY serial", order_id)

    assert [tuple(one) for one in events] == [
        ("order.placed", 1),
        ("order.paid", 2),
        ("order.shipped", 3),
        ("order.delivered", 4),
    ]


@pytest.mark.parametrize(
    ("role", "state", "expected"),
    [
        ("customer", OrderState.PENDING, ()),
        ("support", OrderState.PENDING, (CANCEL,)),
        ("fulfilment", OrderState.PAID, (SHIP,)),
        ("finance", OrderState.PAID, (REFUND,)),
        ("fulfilment", OrderState.SHIPPED, (DELIVER, RETURN)),
        ("analyst", OrderState.PAID, ()),
        ("administrator", OrderState.PAID, (SHIP, REFUND)),
    ],
)
async def test_each_role_is_offered_what_it_may_do(
    role: str, state: OrderState, expected: tuple[OrderEvent, ...]
) -> None:
    order = await facts(await an_order(await a_person(), await some_goods(), events=PATHS[state]))
    viewer = await a_person(role)

    assert order is not None
    assert next_events(viewer, order) == expected


async def test_a_supplier_ships_an_order_that_is_theirs_alone() -> None:
    supplier_id = await a_supplier()
    goods = await some_goods(supplier_id=supplier_id)
    order_id = await an_order(await a_person(), goods, events=(PAY,))
    supplier = await a_person("supplier", supplier_id=supplier_id)

    assert (await advance_now(supplier, order_id, SHIP)).state == OrderState.SHIPPED


async def test_a_foreign_supplier_and_a_stranger_find_no_such_order() -> None:
    order_id = await an_order(await a_person(), await some_goods(), events=(PAY,))
    foreign = await a_person("supplier", supplier_id=await a_supplier())

    for viewer in (foreign, await a_person(), ANONYMOUS):
        with pytest.raises(NotFound):
            await advance_now(viewer, order_id, SHIP)


async def test_a_buyer_may_not_pay_by_decree() -> None:
    buyer = await a_person()
    order_id = await an_order(buyer, await some_goods())

    with pytest.raises(NotAllowed):
        await advance_now(buyer, order_id, PAY)


async def test_an_unknown_order_and_a_stale_version_are_refused() -> None:
    order_id = await an_order(await a_person(), await some_goods())

    with pytest.raises(NotFound):
        await advance_now(PLATFORM, uuid4(), PAY)
    with pytest.raises(StaleVersion) as refusal:
        await advance_now(PLATFORM, order_id, PAY, expected_version=7)
    assert (refusal.value.expected, refusal.value.current) == (7, 1)


async def test_of_two_contrary_events_at_once_one_wins() -> None:
    buyer, goods = await a_person(), await some_goods()
    order_id = await an_order(buyer, goods, 3)

    async def attempt(viewer: Viewer, event: OrderEvent) -> str:
        try:
            return (await advance_now(viewer, order_id, event)).state
        except EventNotAllowed as refusal:
            return f"refused {refusal.event}"

    outcomes = await asyncio.gather(*(attempt(PLATFORM, event) for event in (PAY, CANCEL) * 5))

    assert len([outcome for outcome in outcomes if not outcome.startswith("refused")]) == 1
    assert await stock_of(goods.variant_id) == await stock_by_movements(goods.variant_id)
