"""Shipping, delivering, returning and refunding orders."""

import strawberry

from api.access import SIGNED_IN, mutation
from api.context import Info
from api.ids import decode
from api.resolvers.orders import shown_order
from api.schema.fulfilment import (
    DeliverOrderInput,
    DeliverOrderResult,
    RefundOrderInput,
    RefundOrderResult,
    ReturnOrderInput,
    ReturnOrderResult,
    ShipOrderInput,
    ShipOrderResult,
)
from api.schema.orders import Order
from domain.fulfilment.deliver import DeliverOrder, deliver_order
from domain.fulfilment.ship import ShipOrder, ship_order
from domain.fulfilment.take_back import RefundOrder, ReturnOrder, refund_order, return_order


@strawberry.type
class FulfilmentMutation:
    @mutation(SIGNED_IN, result=ShipOrderResult, description="Paid to shipped; by staff or the supplier of every line.")
    async def ship_order(self, info: Info, input: ShipOrderInput) -> Order:
        command = ShipOrder(
            order_id=decode("Order", input.order_id, field="orderId"),
            carrier=input.carrier,
            tracking_number=input.tracking_number,
            key=input.idempotency_key,
            expected_version=input.expected_version,
        )
        return await shown_order(info, await ship_order(info.context.viewer, command))

    @mutation(
        SIGNED_IN,
        result=DeliverOrderResult,
        description="Shipped to delivered; by staff or the supplier of every line.",
    )
    async def deliver_order(self, info: Info, input: DeliverOrderInput) -> Order:
        order_id = decode("Order", input.order_id, field="orderId")
        command = DeliverOrder(order_id, input.idempotency_key, input.expected_version)
        return await shown_order(info, await deliver_order(info.context.viewer, command))

    @mutation(
        SIGNED_IN, result=ReturnOrderResult, description="Shipped to returned, by staff; stock and money go back."
    )
    async def return_order(self, info: Info, input: ReturnOrderInput) -> Order:
        order_id = decode("Order", input.order_id, field="orderId")
        command = ReturnOrder(order_id, input.idempotency_key, input.expected_version)
        return await shown_order(info, await return_order(info.context.viewer, command))

    @mutation(SIGNED_IN, result=RefundOrderResult, description="Paid to refunded, by staff, before it ships.")
    async def refund_order(self, info: Info, input: RefundOrderInput) -> Order:
        order_id = decode("Order", input.order_id, field="orderId")
        command = RefundOrder(order_id, input.idempotency_key, input.expected_version)
        return await shown_order(info, await refund_order(info.context.viewer, command))
