"""The receipt of a paid order."""

import asyncio

import pytest

from domain.payments.authorise import authorise_payment
from domain.payments.queries import receipts_of
from domain.payments.sign import sign_receipt
from domain.payments.verify import verify_receipt
from domain.shared.database import row, value
from domain.shared.errors import NotFound
from domain.shared.ids import new_id
from tests.factories.payments import Bought, bought, event_of


async def paid() -> Bought:
    order = await bought(minor=4_250)
    await authorise_payment(order.event_id, order.order_id)
    return order


async def test_a_paid_order_gets_a_receipt_that_verifies_and_states_the_order() -> None:
    order = await paid()

    await sign_receipt(await event_of(order.order_id, "order.paid"), order.order_id)

    receipt = (await receipts_of([order.order_id]))[order.order_id]
    text = (await verify_receipt(receipt.payload, receipt.signature)).text
    captured = await row(
        """SELECT o.number, t.answered_at FROM orders o JOIN payment p ON p.order_id = o.id
           JOIN payment_transaction t ON t.payment_id = p.id AND t.kind = 'capture' WHERE o.id = $1""",
        order.order_id,
    )
    assert text is not None
    assert captured is not None
    assert (text.order_id, text.order_number) == (order.order_id, captured["number"])
    assert (text.total_minor, text.currency, text.issuer) == (4_250, "EUR", "hanse")
    assert (text.receipt_id, text.kid) == (receipt.id, receipt.kid)
    assert text.paid_at == captured["answered_at"]


async def test_ten_deliveries_at_once_and_one_later_store_one_receipt() -> None:
    order = await paid()
    event_id = await event_of(order.order_id, "order.paid")

    await asyncio.gather(*(sign_receipt(event_id, order.order_id) for _ in range(10)))
    first = await receipts_of([order.order_id])
    await sign_receipt(event_id, order.order_id)

    assert await receipts_of([order.order_id]) == first
    signed = await value(
        "SELECT count(*) FROM audit_entry WHERE subject_id = $1 AND action = 'signReceipt'", order.order_id
    )
    assert signed == 1


async def test_another_event_of_the_same_order_signs_no_second_receipt() -> None:
    order = await paid()
    await sign_receipt(await event_of(order.order_id, "order.paid"), order.order_id)
    first = await receipts_of([order.order_id])

    await sign_receipt(order.event_id, order.order_id)

    assert await receipts_of([order.order_id]) == first


async def test_an_order_without_a_capture_gets_no_receipt() -> None:
    order = await bought()

    with pytest.raises(NotFound) as refusal:
        await sign_receipt(new_id(), order.order_id)

    assert (refusal.value.kind, refusal.value.id) == ("Payment", order.order_id)
    assert await receipts_of([order.order_id]) == {}
