"""Deciding on an order under review. Apart from `payments.py`, which the order's own type builds on."""

import strawberry

from api.errors import result
from api.schema.orders import Order
from domain.orders.errors import EventNotAllowed
from domain.payments.errors import RiskAlreadyDecided
from domain.shared.errors import StaleVersion


@strawberry.input
class DecideRiskInput:
    order_id: strawberry.ID
    accept: bool = strawberry.field(description="True lets the payment go on, false cancels the order.")
    expected_version: int | None = strawberry.field(default=None, description="The order's version.")
    idempotency_key: str | None = None


DecideRiskResult = result("DecideRiskResult", Order, RiskAlreadyDecided, EventNotAllowed, StaleVersion)
