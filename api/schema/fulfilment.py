"""Sending orders on their way and taking them back. Apart from `shipments.py`, which the order's own type builds on."""

import strawberry

from api.errors import result
from api.schema.orders import Order
from domain.inventory.errors import OutOfStock
from domain.orders.errors import EventNotAllowed
from domain.shared.errors import StaleVersion


@strawberry.input
class ShipOrderInput:
    order_id: strawberry.ID
    carrier: str = strawberry.field(description="1 to 60 printable characters.")
    tracking_number: str = strawberry.field(description="1 to 120 printable characters.")
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class DeliverOrderInput:
    order_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class ReturnOrderInput:
    order_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class RefundOrderInput:
    order_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


ShipOrderResult = result("ShipOrderResult", Order, EventNotAllowed, StaleVersion, OutOfStock)
DeliverOrderResult = result("DeliverOrderResult", Order, EventNotAllowed, StaleVersion)
ReturnOrderResult = result("ReturnOrderResult", Order, EventNotAllowed, StaleVersion)
RefundOrderResult = result("RefundOrderResult", Order, EventNotAllowed, StaleVersion)
