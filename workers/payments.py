"""Payments and receipts, later."""

from uuid import UUID

from domain.payments import authorise, give_back, sign
from workers.consume import consumer


@consumer("authorise_payment")
async def authorise_payment(event_id: UUID, order_id: UUID) -> None:
    await authorise.authorise_payment(event_id, order_id)


@consumer("void_payment")
async def void_payment(event_id: UUID, order_id: UUID) -> None:
    await give_back.void_payment(event_id, order_id)


@consumer("refund_payment")
async def refund_payment(event_id: UUID, order_id: UUID) -> None:
    await give_back.refund_payment(event_id, order_id)


@consumer("sign_receipt")
async def sign_receipt(event_id: UUID, order_id: UUID) -> None:
    await sign.sign_receipt(event_id, order_id)
