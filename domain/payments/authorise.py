"""The payment of an order that was placed, or that a person let pass."""

from uuid import UUID

from domain.payments.provider import PaymentProvider
from domain.payments.sandbox import SANDBOX
from domain.payments.settle import Delivery, settle

AUTHORISE_PAYMENT = "authorise_payment"


async def authorise_payment(event_id: UUID, order_id: UUID, *, provider: PaymentProvider = SANDBOX) -> None:
    """Judge the order's risk, authorise and capture its total, and advance it to paid; one capture, however often called.

    Rejected or declined, the order is cancelled; under review, it waits for `decide_risk`. Cancelled by somebody in the
    meantime, its money is voided or refunded here. For order.placed and risk.accepted.
    """
    await settle(Delivery(AUTHORISE_PAYMENT, event_id, order_id), provider)
