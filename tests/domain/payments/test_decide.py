"""A person decides on an order under review."""

import asyncio

import pytest

from domain.orders.cancel import CancelOrder, cancel_order
from domain.orders.errors import EventNotAllowed
from domain.orders.states import OrderState
from domain.payments.authorise import authorise_payment
from domain.payments.decide import DecideRisk, decide_risk
from domain.payments.errors import RiskAlreadyDecided
from domain.payments.queries import payments_of, risk_of
from domain.payments.risk import Decision, Reason
from domain.shared.database import row, value
from domain.shared.errors import IdempotencyKeyReused, NotAllowed, NotFound, NotSignedIn, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS
from tests.factories.goods import stock_of
from tests.factories.payments import Bought, bought, event_of, state_of
from tests.factories.people import a_person


async def under_review() -> Bought:
    order = await bought(minor=250_000)
    await authorise_payment(order.event_id, order.order_id)
    return order


async def test_an_accepted_order_goes_on_to_its_payment() -> None:
    order, clerk = await under_review(), await a_person("finance")

    await decide_risk(clerk, DecideRisk(order.order_id, accept=True))
    await authorise_payment(await event_of(order.order_id, "risk.accepted"), order.order_id)

    assert await state_of(order.order_id) is OrderState.PAID
    assert (await payments_of([order.order_id]))[order.order_id].state == "captured"
    decided = (await risk_of(clerk, [order.order_id]))[order.order_id]
    assert (decided.decision, decided.reasons) == (Decision.ACCEPT, (Reason.AMOUNT_HIGH,))
    assert decided.decided_by == clerk.user_id


async def test_a_rejected_order_is_cancelled_and_its_stock_given_back() -> None:
    order, clerk = await under_review(), await a_person("finance")

    await decide_risk(clerk, DecideRisk(order.order_id, accept=False))

    assert await state_of(order.order_id) is OrderState.CANCELLED
    assert await stock_of(order.goods[0].variant_id) == (5, 0)
    entry = await row(
        "SELECT actor_id, before, after FROM audit_entry WHERE subject_id = $1 AND action = 'decideRisk'",
        order.order_id,
    )
    assert entry is not None
    assert entry["actor_id"] == clerk.user_id
    assert ('"review"' in entry["before"], '"reject"' in entry["after"]) == (True, True)


async def test_twenty_clicks_at_once_with_one_key_decide_once_and_answer_alike() -> None:
    order, clerk = await under_review(), await a_person("finance")
    command = DecideRisk(order.order_id, accept=True, key=str(new_id()))

    answers = await asyncio.gather(*(decide_risk(clerk, command) for _ in range(20)))

    assert set(answers) == {order.order_id}
    events = await value("SELECT count(*) FROM event WHERE subject_id = $1 AND kind = 'risk.accepted'", order.order_id)
    assert events == 1


async def test_a_decision_is_not_made_twice() -> None:
    order, clerk = await under_review(), await a_person("finance")
    await decide_risk(clerk, DecideRisk(order.order_id, accept=True))

    with pytest.raises(RiskAlreadyDecided) as refusal:
        await decide_risk(clerk, DecideRisk(order.order_id, accept=False))

    assert refusal.value.decision == "accept"
    assert await state_of(order.order_id) is OrderState.PENDING


async def test_what_the_rules_decided_is_not_decided_again() -> None:
    order, clerk = await bought(), await a_person("finance")
    await authorise_payment(order.event_id, order.order_id)

    with pytest.raises(RiskAlreadyDecided) as refusal:
        await decide_risk(clerk, DecideRisk(order.order_id, accept=False))

    assert refusal.value.decision == "accept"


async def test_two_clerks_who_disagree_at_once_are_not_both_heard() -> None:
    order, clerks = await under_review(), [await a_person("finance") for _ in range(2)]

    answers = await asyncio.gather(
        decide_risk(clerks[0], DecideRisk(order.order_id, accept=True)),
        decide_risk(clerks[1], DecideRisk(order.order_id, accept=False)),
        return_exceptions=True,
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["RiskAlreadyDecided", "UUID"]


async def test_an_order_that_its_buyer_cancelled_is_no_longer_decided_on() -> None:
    order, clerk = await under_review(), await a_person("finance")
    await cancel_order(order.buyer, CancelOrder(order.order_id))

    for accept in (True, False):
        with pytest.raises(EventNotAllowed) as refusal:
            await decide_risk(clerk, DecideRisk(order.order_id, accept=accept))

        assert refusal.value.state == OrderState.CANCELLED


async def test_a_clerk_who_read_another_version_is_refused() -> None:
    order, clerk = await under_review(), await a_person("finance")

    with pytest.raises(StaleVersion) as refusal:
        await decide_risk(clerk, DecideRisk(order.order_id, accept=True, expected_version=7))

    assert (refusal.value.expected, refusal.value.current) == (7, 1)


async def test_a_key_with_another_decision_is_refused() -> None:
    order, clerk = await under_review(), await a_person("finance")
    await decide_risk(clerk, DecideRisk(order.order_id, accept=True, key="once"))

    with pytest.raises(IdempotencyKeyReused):
        await decide_risk(clerk, DecideRisk(order.order_id, accept=False, key="once"))


async def test_nobody_without_the_permission_decides_or_reads_decisions() -> None:
    order = await under_review()

    with pytest.raises(NotSignedIn):
        await decide_risk(ANONYMOUS, DecideRisk(order.order_id, accept=True))
    for viewer in (order.buyer, await a_person("support")):
        with pytest.raises(NotAllowed) as refusal:
            await decide_risk(viewer, DecideRisk(order.order_id, accept=True))

        assert refusal.value.permission == "risk.decide"
        assert await risk_of(viewer, [order.order_id]) == {}


async def test_an_order_that_nobody_assessed_has_no_decision() -> None:
    order, clerk = await bought(), await a_person("finance")

    for kind, order_id in (("RiskDecision", order.order_id), ("Order", new_id())):
        with pytest.raises(NotFound) as refusal:
            await decide_risk(clerk, DecideRisk(order_id, accept=True))

        assert (refusal.value.kind, refusal.value.id) == (kind, order_id)
