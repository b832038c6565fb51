"""Payment, receipt and risk decision over HTTP."""

from base64 import urlsafe_b64decode
from hashlib import sha256
from typing import Any

from ecdsa import VerifyingKey

from api.ids import encode
from domain.fulfilment.ship import ShipOrder, ship_order
from domain.payments.authorise import authorise_payment
from domain.payments.sign import sign_receipt
from domain.shared.settings import Settings
from tests.api.client import Client, signed_in
from tests.api.operations import execute
from tests.factories.payments import Bought, bought, event_of, supplier_of
from tests.factories.people import a_person
from tests.statements import counted_statements

ORDER = """query($id: ID!) { order(id: $id) { state
    payment { provider state reason amount { amount currency } }
    receipt { payload signature kid signedAt } } }"""
RISK = "query($id: ID!) { order(id: $id) { risk { decision reasons decidedByPerson } } }"
VERIFY = """query($payload: String!, $signature: String!) { verifyReceipt(payload: $payload, signature: $signature) {
    valid reason orderId orderNumber total { amount currency } paidAt issuer kid } }"""
DECIDE = """mutation($input: DecideRiskInput!) { decideRisk(input: $input) { __typename
    ... on Order { state risk { decision reasons decidedByPerson } }
    ... on Error { code message } ... on RiskAlreadyDecidedError { decision }
    ... on InvalidInputError { field rule } ... on StaleVersionError { current } } }"""


def global_id(order: Bought) -> str:
    return encode("Order", order.order_id)


async def paid_with_receipt() -> Bought:
    order = await bought(minor=4_250)
    await authorise_payment(order.event_id, order.order_id)
    await sign_receipt(await event_of(order.order_id, "order.paid"), order.order_id)
    return order


async def under_review() -> Bought:
    order = await bought(minor=250_000)
    await authorise_payment(order.event_id, order.order_id)
    return order


async def test_a_buyer_sees_the_payment_and_a_receipt_that_anybody_can_verify(api: str) -> None:
    order = await paid_with_receipt()
    buyer = await signed_in(api, order.buyer)

    seen = (await buyer.ask(ORDER, id=global_id(order)))["order"]
    receipt = seen["receipt"]
    verified = await Client(api).ask(VERIFY, payload=receipt["payload"], signature=receipt["signature"])

    assert seen["state"] == "PAID"
    assert seen["payment"] == {
        "provider": "sandbox",
        "state": "CAPTURED",
        "reason": None,
        "amount": {"amount": "42.50", "currency": "EUR"},
    }
    stated = verified["verifyReceipt"]
    assert (stated["valid"], stated["reason"], stated["kid"]) == (True, None, receipt["kid"])
    assert (stated["orderId"], stated["total"]) == (global_id(order), {"amount": "42.50", "currency": "EUR"})


async def test_anybody_can_check_a_receipt_with_a_published_key_and_a_library(api: str) -> None:
    order = await paid_with_receipt()
    receipt = (await (await signed_in(api, order.buyer)).ask(ORDER, id=global_id(order)))["order"]["receipt"]

    published = await Client(api).ask("{ receiptKeys { kid pem } }")

    pem = {key["kid"]: key["pem"] for key in published["receiptKeys"]}[receipt["kid"]]
    signature = urlsafe_b64decode(receipt["signature"] + "==")
    assert VerifyingKey.from_pem(pem).verify(signature, receipt["payload"].encode(), sha256)


async def test_an_altered_receipt_is_not_confirmed_and_nothing_of_it_repeated(api: str) -> None:
    order = await paid_with_receipt()
    receipt = (await (await signed_in(api, order.buyer)).ask(ORDER, id=global_id(order)))["order"]["receipt"]
    altered = receipt["payload"].replace(":4250", ":1")

    verified = await Client(api).ask(VERIFY, payload=altered, signature=receipt["signature"])

    assert altered != receipt["payload"]
    assert verified["verifyReceipt"] == {
        "valid": False,
        "reason": "BAD_SIGNATURE",
        "orderId": None,
        "orderNumber": None,
        "total": None,
        "paidAt": None,
        "issuer": None,
        "kid": None,
    }


async def test_any_text_at_all_gets_an_answer_from_verify_receipt(api: str) -> None:
    client = Client(api)

    for payload, signature in [("", ""), ("{}", "A" * 86), ("[" * 1500, "é"), ("x" * 5000, "\u0001"), ("null", "=")]:
        verified = await client.ask(VERIFY, payload=payload, signature=signature)

        assert verified["verifyReceipt"]["reason"] == "MALFORMED_PAYLOAD"


async def test_a_supplier_of_the_order_sees_neither_payment_nor_receipt(api: str) -> None:
    order = await paid_with_receipt()
    supplier = await signed_in(api, await supplier_of(order.goods[0]))

    seen = (await supplier.ask(ORDER, id=global_id(order)))["order"]

    assert seen == {"state": "PAID", "payment": None, "receipt": None}


async def test_a_declined_payment_says_why(api: str) -> None:
    order = await bought(minor=51_666)
    await authorise_payment(order.event_id, order.order_id)
    buyer = await signed_in(api, order.buyer)

    seen = (await buyer.ask(ORDER, id=global_id(order)))["order"]

    assert (seen["state"], seen["payment"]["state"], seen["payment"]["reason"]) == ("CANCELLED", "DECLINED", "DECLINED")


async def test_a_clerk_reads_why_an_order_waits_and_lets_it_pass(api: str) -> None:
    order, clerk = await under_review(), await signed_in(api, await a_person("finance"))

    waiting = (await clerk.ask(RISK, id=global_id(order)))["order"]["risk"]
    decided = (await _decide(clerk, order, accept=True, expectedVersion=1, idempotencyKey="first"))["decideRisk"]

    assert waiting == {"decision": "REVIEW", "reasons": ["AMOUNT_HIGH"], "decidedByPerson": False}
    assert decided == {
        "__typename": "Order",
        "state": "PENDING",
        "risk": {"decision": "ACCEPT", "reasons": ["AMOUNT_HIGH"], "decidedByPerson": True},
    }


async def test_a_clerk_rejects_and_the_order_is_cancelled_and_not_decided_again(api: str) -> None:
    order, clerk = await under_review(), await signed_in(api, await a_person("finance"), language="zh-Hans")

    rejected = (await _decide(clerk, order, accept=False))["decideRisk"]
    again = (await _decide(clerk, order, accept=True))["decideRisk"]

    assert (rejected["state"], rejected["risk"]["decision"]) == ("CANCELLED", "REJECT")
    assert (again["__typename"], again["code"], again["decision"]) == (
        "RiskAlreadyDecidedError",
        "RISK_ALREADY_DECIDED",
        "reject",
    )
    assert "风险" in again["message"]


async def test_bad_input_to_a_decision_is_named(api: str) -> None:
    order, clerk = await under_review(), await signed_in(api, await a_person("finance"))

    stale = (await _decide(clerk, order, accept=True, expectedVersion=9))["decideRisk"]
    malformed = (await clerk.ask(DECIDE, input={"orderId": "garbage", "accept": True}))["decideRisk"]
    unknown = (await clerk.ask(DECIDE, input={"orderId": encode("Order", order.event_id), "accept": True}))[
        "decideRisk"
    ]

    assert (stale["code"], stale["current"]) == ("STALE_VERSION", 1)
    assert (malformed["code"], malformed["field"], malformed["rule"]) == ("INVALID_INPUT", "orderId", "id")
    assert unknown["code"] == "NOT_FOUND"


async def test_nobody_else_reads_or_makes_decisions(api: str) -> None:
    order = await under_review()
    buyer = await signed_in(api, order.buyer)

    read = await buyer.refusal(RISK, id=global_id(order))
    decided = await buyer.refusal(DECIDE, input={"orderId": global_id(order), "accept": True})
    anonymous = await Client(api).refusal(DECIDE, input={"orderId": global_id(order), "accept": True})

    assert (read["code"], read["permission"]) == ("NOT_ALLOWED", "risk.decide")
    assert (decided["code"], decided["permission"]) == ("NOT_ALLOWED", "risk.decide")
    assert anonymous["code"] == "NOT_SIGNED_IN"


async def _decide(clerk: Client, order: Bought, *, accept: bool, **more: Any) -> Any:
    return await clerk.ask(DECIDE, input={"orderId": global_id(order), "accept": accept} | more)


async def test_orders_with_money_and_parcels_cost_six_statements_for_one_and_for_ten(shop: Settings) -> None:
    buyer, clerk = await a_person(), await a_person("administrator")
    for _ in range(10):
        order = await bought(buyer=buyer)
        await authorise_payment(order.event_id, order.order_id)
        await ship_order(clerk, ShipOrder(order.order_id, "DHL", "1"))
    query = """query($first: Int!) { orders(first: $first) { nodes { state lines { sku } risk { decision }
        payment { state } receipt { kid } shipment { carrier } } } }"""

    counts = {}
    for first in (1, 10):
        async with counted_statements(shop) as statements:
            data = await execute(query, clerk, first=first)
        assert [node["shipment"] for node in data["orders"]["nodes"]] == [{"carrier": "DHL"}] * first
        counts[first] = len(statements)

    assert counts == {1: 6, 10: 6}
