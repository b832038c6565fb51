"""Checking receipts, and deciding what the risk rules left open."""

import strawberry

from api.access import PUBLIC, field, mutation
from api.context import Info
from api.ids import decode
from api.resolvers.orders import shown_order
from api.schema.decisions import DecideRiskInput, DecideRiskResult
from api.schema.orders import Order
from api.schema.payments import ReceiptKey, ReceiptVerification, show_verification
from domain.identity.keys.keys import public_keys
from domain.payments.decide import DecideRisk, decide_risk
from domain.payments.verify import verify_receipt


@strawberry.type
class PaymentsQuery:
    @field(PUBLIC, description="Whether a receipt is the shop's: `payload` and `signature` exactly as it shows them.")
    async def verify_receipt(self, payload: str, signature: str) -> ReceiptVerification:
        return show_verification(await verify_receipt(payload, signature))

    @field(PUBLIC, description="The keys that verify receipts, oldest first, those that sign no more among them.")
    async def receipt_keys(self) -> list[ReceiptKey]:
        return [ReceiptKey(kid=kid, pem=pem) for kid, pem in (await public_keys("receipt")).items()]


@strawberry.type
class PaymentsMutation:
    @mutation("risk.decide", result=DecideRiskResult, description="Let an order under review pass, or cancel it.")
    async def decide_risk(self, info: Info, input: DecideRiskInput) -> Order:
        order_id = decode("Order", input.order_id, field="orderId")
        command = DecideRisk(order_id, input.accept, input.idempotency_key, input.expected_version)
        return await shown_order(info, await decide_risk(info.context.viewer, command))
