"""Money going back, after the order has."""

from uuid import UUID

from domain.payments.provider import PaymentProvider
from domain.payments.sandbox import SANDBOX
from domain.payments.settle import Delivery, settle

VOID_PAYMENT = "void_payment"
REFUND_PAYMENT = "refund_payment"


async def void_payment(event_id: UUID, order_id: UUID, *, provider: PaymentProvider = SANDBOX) -> None:
    """Give up what is authorised for a cancelled order; refund it, should it be captured. For order.cancelled.

    A call whose answer is missing is asked again first, so that nothing stays held that nobody knew of.
    """
    await settle(Delivery(VOID_PAYMENT, event_id, order_id), provider)


async def refund_payment(event_id: UUID, order_id: UUID, *, provider: PaymentProvider = SANDBOX) -> None:
    """Pay back what was captured for the order. For order.refunded and order.returned."""
    await settle(Delivery(REFUND_PAYMENT, event_id, order_id), provider)
