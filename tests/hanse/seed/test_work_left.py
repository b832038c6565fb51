"""The newest orders of the demo are real work: the platform carries on where the seed left off."""

from uuid import UUID

import pytest
import pytest_asyncio

from domain.fulfilment.ship import ShipOrder, ship_order
from domain.fulfilment.take_back import RefundOrder, ReturnOrder, refund_order, return_order
from domain.payments.authorise import authorise_payment
from domain.payments.decide import DecideRisk, decide_risk
from domain.payments.give_back import refund_payment
from domain.payments.queries import payments_of
from domain.shared.clock import clock_at
from domain.shared.database import rows, value
from domain.shared.settings import Settings, settings
from hanse.seed import seed
from tests.factories.payments import event_of
from tests.factories.people import a_person
from tests.hanse.seed.sizes import THE_DAY, TINY


@pytest_asyncio.fixture(autouse=True)
async def tiny_shop(own_shop: Settings, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001  # its database
    """With a low threshold for reviews, so that few orders are enough for one."""
    monkeypatch.setenv("HANSE_RISK_REVIEW_MINOR", "5000")
    settings.cache_clear()
    with clock_at(THE_DAY):
        await seed(scale=TINY)


async def newest(state: str) -> UUID:
    found = await value("SELECT id FROM orders WHERE state = $1 ORDER BY placed_at DESC LIMIT 1", state)
    assert isinstance(found, UUID)
    return found


async def wrong_levels() -> list[object]:
    return list(
        await rows(
            """SELECT s.id FROM stock_level s LEFT JOIN stock_movement m ON m.level_id = s.id GROUP BY s.id
               HAVING s.on_hand <> coalesce(sum(m.on_hand_delta), 0)
                   OR s.reserved <> coalesce(sum(m.reserved_delta), 0)"""
        )
    )


async def test_a_paid_demo_order_ships_out_of_its_reservation_and_comes_home_with_its_money() -> None:
    clerk, order_id = await a_person("administrator"), await newest("paid")

    await ship_order(clerk, ShipOrder(order_id, "Nordpost", "NP1", None, expected_version=2))
    await return_order(clerk, ReturnOrder(order_id, None, expected_version=3))
    await refund_payment(await event_of(order_id, "order.returned"), order_id)

    assert (await payments_of([order_id]))[order_id].state == "refunded"
    assert await value("SELECT state FROM orders WHERE id = $1", order_id) == "returned"
    assert not await wrong_levels()


async def test_a_shipped_demo_order_can_come_home() -> None:
    clerk, order_id = await a_person("administrator"), await newest("shipped")
    units = await value("SELECT sum(quantity) FROM order_line WHERE order_id = $1", order_id)
    before = await value("SELECT sum(on_hand) FROM stock_level")

    await return_order(clerk, ReturnOrder(order_id, None, expected_version=None))
    await refund_payment(await event_of(order_id, "order.returned"), order_id)

    assert (await payments_of([order_id]))[order_id].state == "refunded"
    assert await value("SELECT sum(on_hand) FROM stock_level") == before + units
    assert not await wrong_levels()


async def test_a_paid_demo_order_can_be_refunded() -> None:
    clerk, order_id = await a_person("finance"), await newest("paid")

    await refund_order(clerk, RefundOrder(order_id, None, expected_version=None))
    await refund_payment(await event_of(order_id, "order.refunded"), order_id)

    assert (await payments_of([order_id]))[order_id].state == "refunded"
    assert not await wrong_levels()


async def test_a_pending_demo_order_is_paid_once_a_person_lets_it_pass() -> None:
    clerk, order_id = await a_person("finance"), await newest("pending")

    await decide_risk(clerk, DecideRisk(order_id, accept=True, key=None, expected_version=1))
    await authorise_payment(await event_of(order_id, "risk.accepted"), order_id)

    assert (await payments_of([order_id]))[order_id].state == "captured"
    assert await value("SELECT state FROM orders WHERE id = $1", order_id) == "paid"
