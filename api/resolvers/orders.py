"""Placing, reading, cancelling and following orders."""

from collections.abc import AsyncIterator
from functools import partial
from uuid import UUID

import strawberry

from api.access import PERSON, SIGNED_IN, field, mutation, subscription
from api.context import Info
from api.ids import decode, encode
from api.pages import Connection, connection, cursor, identifier, int64, moment, page_size, read_cursor
from api.schema.addresses import read_address
from api.schema.money import read_money
from api.schema.orders import (
    CancelOrderInput,
    CancelOrderResult,
    Order,
    OrderUpdate,
    PlaceOrderInput,
    PlaceOrderResult,
    show_order,
)
from domain.orders.cancel import CancelOrder, cancel_order
from domain.orders.place import PlaceOrder, place_order
from domain.orders.queries import (
    EventParties,
    OrderUpdateFacts,
    newest_orders,
    newest_position,
    orders,
    updates_after,
)
from domain.orders.states import OrderFacts, OrderState
from domain.orders.visibility import may_see
from domain.shared.errors import InvalidInput, not_found
from domain.shared.viewer import Viewer

_LIST = "orders"
_UPDATES = "orderUpdates"
_BATCH = 100


@strawberry.type
class OrdersQuery:
    @field(SIGNED_IN, description="An order that the caller may see.")
    async def order(self, info: Info, id: strawberry.ID) -> Order | None:
        found = await info.context.loaders.order.load(decode("Order", id, field="id"))
        return None if found is None else show_order(found)

    @field(SIGNED_IN, description="Newest first: one's own; for suppliers those with a line of theirs; for staff all.")
    async def orders(
        self, info: Info, first: int = 20, after: str | None = None, state: OrderState | None = None
    ) -> Connection[Order]:
        size, key = page_size(first), read_cursor(_LIST, after, (moment, identifier))
        found = await newest_orders(
            info.context.viewer, first=size + 1, after=(key[0], key[1]) if key else None, state=state
        )
        return connection(
            found, size, has_previous=after is not None, cursor_of=_cursor, nodes=[show_order(one) for one in found]
        )

    @field(SIGNED_IN, description="Where to begin `orderUpdates` the first time: the newest place, or the oldest.")
    async def order_updates_cursor(self, oldest: bool = False) -> str:  # noqa: FBT001, FBT002 # an argument of GraphQL
        return cursor(_UPDATES, (0 if oldest else await newest_position(),))


@strawberry.type
class OrdersMutation:
    @mutation(PERSON, result=PlaceOrderResult, description="Buy what is in the cart, at the total that was shown.")
    async def place_order(self, info: Info, input: PlaceOrderInput) -> Order:
        return await shown_order(info, await place_order(info.context.viewer, _place(input)))

    @mutation(SIGNED_IN, result=CancelOrderResult, description="Possible until the order is paid.")
    async def cancel_order(self, info: Info, input: CancelOrderInput) -> Order:
        order_id = decode("Order", input.order_id, field="orderId")
        command = CancelOrder(order_id, input.expected_version, input.idempotency_key)
        return await shown_order(info, await cancel_order(info.context.viewer, command))


@strawberry.type
class OrdersSubscription:
    @subscription(
        SIGNED_IN,
        description="Each step of every order that the caller may see, once and in order, from behind the cursor `after` "
        "(over SSE also Last-Event-ID), or from now on.",
    )
    async def order_updates(
        self, info: Info, after: str | None = None, order_id: strawberry.ID | None = None
    ) -> AsyncIterator[OrderUpdate]:
        wanted = None if order_id is None else await _followed(info, decode("Order", order_id, field="orderId"))
        live, position = info.context.live, await _start(info.context.last_event_id or after)
        while True:
            seen, known = live.seen(), live.position
            found: list[OrderUpdateFacts] = []
            if live.has_news(position, partial(_concerns, info.context.viewer, wanted)):
                found = await updates_after(info.context.viewer, position, order_id=wanted, limit=_BATCH)
            async for update in _with_orders(info, found):
                yield update
            if found:
                position = max(position, found[-1].position)
            if len(found) == _BATCH:
                continue
            position = max(position, known)  # nothing of theirs stands before it, so it is not read again
            await live.wait(seen)


async def _followed(info: Info, order_id: UUID) -> UUID:
    if order_id not in await orders(info.context.viewer, [order_id]):
        raise not_found("Order", order_id)
    return order_id


async def _start(cursor: str | None) -> int:
    """The position behind which to go on. Raises InvalidInput for one that no event has had: it may be of another shop."""
    key, newest = read_cursor(_UPDATES, cursor, (int64,)), await newest_position()
    if key is None:
        return newest
    if not 0 <= key[0] <= newest:
        raise InvalidInput(field="after", rule="cursor")
    position: int = key[0]
    return position


def _concerns(viewer: Viewer, wanted: UUID | None, event: EventParties) -> bool:
    return wanted in {None, event.order_id} and may_see(viewer, event)


async def _with_orders(info: Info, found: list[OrderUpdateFacts]) -> AsyncIterator[OrderUpdate]:
    """Each update with its order as it is now; orders that the viewer may no longer see are passed over."""
    current = await orders(info.context.viewer, [one.order_id for one in found]) if found else {}
    for one in found:
        if one.order_id in current:
            yield _update(one, current[one.order_id])


async def shown_order(info: Info, order_id: UUID) -> Order:
    """The order that a mutation has just changed, as the viewer sees it now."""
    found = await orders(info.context.viewer, [order_id])
    if order_id not in found:
        raise not_found("Order", order_id)
    return show_order(found[order_id])


def _place(input: PlaceOrderInput) -> PlaceOrder:
    return PlaceOrder(
        cart_id=decode("Cart", input.cart_id, field="cartId"),
        address=None if input.address is None else read_address(input.address),
        expected_total=read_money(input.expected_total, "expectedTotal"),
        key=input.idempotency_key,
        expected_version=input.expected_version,
        address_id=None if input.address_id is None else decode("AddressEntry", input.address_id, field="addressId"),
        email=input.email,
    )


def _cursor(facts: OrderFacts) -> str:
    return cursor(_LIST, (facts.placed_at, facts.id))


def _update(facts: OrderUpdateFacts, order: OrderFacts) -> OrderUpdate:
    return OrderUpdate(
        cursor=cursor(_UPDATES, (facts.position,)),
        event_id=strawberry.ID(encode("Event", facts.event_id)),
        kind=facts.kind,
        sequence=facts.sequence,
        state=OrderState(facts.state),
        occurred_at=facts.occurred_at,
        order=show_order(order),
    )
