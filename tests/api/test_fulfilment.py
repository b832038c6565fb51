"""Shipping, delivering, returning and refunding over HTTP."""

from typing import Any

import pytest

from api.ids import encode
from domain.orders.states import OrderEvent, OrderState
from domain.shared.viewer import PLATFORM
from tests.api.client import Client, signed_in
from tests.factories.orders import advance_now
from tests.factories.payments import Bought, bought, state_of, supplier_of
from tests.factories.people import a_person

SHOWN = """__typename
    ... on Order { state version nextEvents shipment { carrier trackingNumber shippedAt deliveredAt } }
    ... on Error { code message } ... on EventNotAllowedError { event state allowed }
    ... on InvalidInputError { field rule limit } ... on StaleVersionError { expected current }"""
SHIP = f"mutation($input: ShipOrderInput!) {{ shipOrder(input: $input) {{ {SHOWN} }} }}"
DELIVER = f"mutation($input: DeliverOrderInput!) {{ deliverOrder(input: $input) {{ {SHOWN} }} }}"
RETURN = f"mutation($input: ReturnOrderInput!) {{ returnOrder(input: $input) {{ {SHOWN} }} }}"
REFUND = f"mutation($input: RefundOrderInput!) {{ refundOrder(input: $input) {{ {SHOWN} }} }}"


async def taken_to(*events: OrderEvent) -> Bought:
    order = await bought()
    for event in events:
        await advance_now(PLATFORM, order.order_id, event)
    return order


def parcel(order: Bought, **more: Any) -> dict[str, Any]:
    return {"orderId": encode("Order", order.order_id), "carrier": "DHL", "trackingNumber": "JD0146"} | more


async def test_a_supplier_ships_and_delivers_and_the_buyer_sees_the_parcel(api: str) -> None:
    order = await taken_to(OrderEvent.PAY)
    supplier, buyer = await signed_in(api, await supplier_of(order.goods[0])), await signed_in(api, order.buyer)

    shipped = (await supplier.ask(SHIP, input=parcel(order, expectedVersion=2)))["shipOrder"]
    delivered = (await supplier.ask(DELIVER, input={"orderId": parcel(order)["orderId"]}))["deliverOrder"]
    seen = await buyer.ask(
        "query($id: ID!) { order(id: $id) { state nextEvents shipment { carrier trackingNumber deliveredAt } } }",
        id=parcel(order)["orderId"],
    )

    assert (shipped["state"], shipped["version"], shipped["nextEvents"]) == ("SHIPPED", 3, ["DELIVER"])
    assert (shipped["shipment"]["carrier"], shipped["shipment"]["deliveredAt"]) == ("DHL", None)
    assert (delivered["state"], delivered["nextEvents"]) == ("DELIVERED", [])
    assert seen["order"]["state"] == "DELIVERED"
    assert seen["order"]["shipment"] == {
        "carrier": "DHL",
        "trackingNumber": "JD0146",
        "deliveredAt": delivered["shipment"]["deliveredAt"],
    }


async def test_a_shipment_sent_twice_with_its_key_is_one_and_with_other_words_is_refused(api: str) -> None:
    order, clerk = await taken_to(OrderEvent.PAY), await signed_in(api, await a_person("fulfilment"))

    first = await clerk.ask(SHIP, input=parcel(order, idempotencyKey="k"))
    second = await clerk.ask(SHIP, input=parcel(order, idempotencyKey="k"))
    other = await clerk.ask(SHIP, input=parcel(order, idempotencyKey="k", carrier="UPS"))

    assert first == second
    assert first["shipOrder"]["state"] == "SHIPPED"
    assert other["shipOrder"]["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_an_event_that_the_state_does_not_allow_says_which_are(api: str) -> None:
    order, clerk = await taken_to(), await signed_in(api, await a_person("fulfilment"))

    refused = (await clerk.ask(SHIP, input=parcel(order)))["shipOrder"]

    assert refused | {"message": ""} == {
        "__typename": "EventNotAllowedError",
        "code": "EVENT_NOT_ALLOWED",
        "message": "",
        "event": "SHIP",
        "state": "PENDING",
        "allowed": ["PAY", "CANCEL"],
    }


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"carrier": ""}, "INVALID_INPUT", "carrier"),
        ({"carrier": "x" * 61}, "INVALID_INPUT", "carrier"),
        ({"trackingNumber": "1\u0007"}, "INVALID_INPUT", "trackingNumber"),
        ({"orderId": "garbage"}, "INVALID_INPUT", "orderId"),
        ({"idempotencyKey": ""}, "INVALID_INPUT", "idempotencyKey"),
        ({"expectedVersion": 1}, "STALE_VERSION", None),
    ],
)
async def test_bad_input_is_named_and_changes_nothing(api: str, more: dict[str, Any], code: str, field: str) -> None:
    order, clerk = await taken_to(OrderEvent.PAY), await signed_in(api, await a_person("fulfilment"))

    refused = (await clerk.ask(SHIP, input=parcel(order) | more))["shipOrder"]

    assert (refused["code"], refused.get("field")) == (code, field)
    assert await state_of(order.order_id) is OrderState.PAID


async def test_returns_and_refunds_are_for_staff_with_the_permission(api: str) -> None:
    shipped, paid = await taken_to(OrderEvent.PAY, OrderEvent.SHIP), await taken_to(OrderEvent.PAY)
    support, finance = await signed_in(api, await a_person("support")), await signed_in(api, await a_person("finance"))

    returned = (await support.ask(RETURN, input={"orderId": parcel(shipped)["orderId"]}))["returnOrder"]
    refunded = (await finance.ask(REFUND, input={"orderId": parcel(paid)["orderId"]}))["refundOrder"]

    assert (returned["state"], refunded["state"]) == ("RETURNED", "REFUNDED")


async def test_who_may_not_is_told_which_permission_is_missing(api: str) -> None:
    shipped, paid = await taken_to(OrderEvent.PAY, OrderEvent.SHIP), await taken_to(OrderEvent.PAY)
    buyer, support = await signed_in(api, paid.buyer), await signed_in(api, await a_person("support"))
    recipient = await signed_in(api, shipped.buyer)

    refusals = [
        await buyer.refusal(SHIP, input=parcel(paid)),
        await support.refusal(SHIP, input=parcel(paid)),
        await support.refusal(DELIVER, input={"orderId": parcel(shipped)["orderId"]}),
        await recipient.refusal(RETURN, input={"orderId": parcel(shipped)["orderId"]}),
        await support.refusal(REFUND, input={"orderId": parcel(paid)["orderId"]}),
    ]
    anonymous = await Client(api).refusal(SHIP, input=parcel(paid))

    assert {refusal["code"] for refusal in refusals} == {"NOT_ALLOWED"}
    assert [refusal["permission"] for refusal in refusals] == [
        "orders.ship",
        "orders.ship",
        "orders.deliver",
        "orders.return",
        "orders.refund",
    ]
    assert anonymous["code"] == "NOT_SIGNED_IN"


async def test_a_strangers_order_answers_like_a_missing_one(api: str) -> None:
    order, other = await taken_to(OrderEvent.PAY), await taken_to(OrderEvent.PAY)
    stranger = await signed_in(api, await supplier_of(other.goods[0]))

    refused = (await stranger.ask(SHIP, input=parcel(order)))["shipOrder"]
    missing = (await stranger.ask(SHIP, input=parcel(order, orderId=encode("Order", order.event_id))))["shipOrder"]

    assert (refused["code"], missing["code"]) == ("NOT_FOUND", "NOT_FOUND")
