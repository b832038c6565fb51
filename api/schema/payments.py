"""An order's money as clients see it: its payment, its receipt, the decision on its risk."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access
from api.context import Info
from api.ids import encode
from api.schema.money import Money, shown
from domain.orders.states import OrderFacts, order_label
from domain.payments.moves import PaymentState
from domain.payments.queries import PaymentFacts, ReceiptFacts, RiskFacts, may_see_money
from domain.payments.receipts import Refusal
from domain.payments.risk import Decision, Reason
from domain.payments.verify import ReceiptVerification as Verified
from domain.shared import money

PaymentStateEnum = strawberry.enum(PaymentState, name="PaymentState")
RiskVerdictEnum = strawberry.enum(Decision, name="RiskVerdict")
RiskReasonEnum = strawberry.enum(
    Reason,
    name="RiskReason",
    description="AMOUNT_HIGH: the total is at or above the shop's limit. ORDERS_PER_HOUR: too many of one buyer.",
)
ReceiptRefusalEnum = strawberry.enum(Refusal, name="ReceiptRefusal")


@strawberry.type(directives=[Access(requires=PARENT)])
class Payment:
    id: strawberry.ID
    provider: str
    state: PaymentState
    amount: Money
    reason: str | None = strawberry.field(description="Why the provider declined.")
    created_at: datetime
    updated_at: datetime


@strawberry.type(
    directives=[Access(requires=PARENT)],
    description="Proof of a payment that anybody can check, by verifyReceipt or with one of receiptKeys: "
    "ECDSA P-256 with SHA-256 over exactly `payload`.",
)
class Receipt:
    id: strawberry.ID
    payload: str = strawberry.field(description="JSON, exactly as it was signed.")
    signature: str = strawberry.field(description="r and s of 32 bytes each, in base64url without padding.")
    kid: str = strawberry.field(description="The key that signed.")
    signed_at: datetime


@strawberry.type(directives=[Access(requires=PARENT)], description="A public key that verifies receipts.")
class ReceiptKey:
    kid: str
    pem: str = strawberry.field(description="SubjectPublicKeyInfo of a P-256 key.")


@strawberry.type(directives=[Access(requires=PARENT)])
class RiskDecision:
    decision: Decision
    reasons: list[Reason] = strawberry.field(description="The rules that spoke against the order.")
    decided_by_person: bool
    decided_at: datetime


@strawberry.type(
    directives=[Access(requires=PARENT)],
    description="What the receipt states is repeated only when its signature holds.",
)
class ReceiptVerification:
    valid: bool
    reason: Refusal | None = strawberry.field(description="Why it is not believed.")
    order_id: strawberry.ID | None
    order_number: str | None
    total: Money | None
    paid_at: datetime | None
    issuer: str | None
    kid: str | None


async def payment_of(info: Info, order: OrderFacts) -> Payment | None:
    if not may_see_money(info.context.viewer, order):
        return None
    found = await info.context.loaders.payment.load(order.id)
    return None if found is None else _payment(found)


async def receipt_of(info: Info, order: OrderFacts) -> Receipt | None:
    if not may_see_money(info.context.viewer, order):
        return None
    found = await info.context.loaders.receipt.load(order.id)
    return None if found is None else _receipt(found)


async def risk_of(info: Info, order: OrderFacts) -> RiskDecision | None:
    found = await info.context.loaders.risk.load(order.id)
    return None if found is None else _risk(found)


def show_verification(verified: Verified) -> ReceiptVerification:
    text = verified.text
    return ReceiptVerification(
        valid=verified.valid,
        reason=verified.refusal,
        order_id=strawberry.ID(encode("Order", text.order_id)) if text else None,
        order_number=order_label(text.order_number) if text else None,
        total=shown(money.Money(text.total_minor, text.currency)) if text else None,
        paid_at=text.paid_at if text else None,
        issuer=text.issuer if text else None,
        kid=text.kid if text else None,
    )


def _payment(facts: PaymentFacts) -> Payment:
    return Payment(
        id=strawberry.ID(encode("Payment", facts.id)),
        provider=facts.provider,
        state=facts.state,
        amount=shown(facts.amount),
        reason=facts.reason,
        created_at=facts.created_at,
        updated_at=facts.updated_at,
    )


def _receipt(facts: ReceiptFacts) -> Receipt:
    return Receipt(
        id=strawberry.ID(encode("Receipt", facts.id)),
        payload=facts.payload,
        signature=facts.signature,
        kid=facts.kid,
        signed_at=facts.signed_at,
    )


def _risk(facts: RiskFacts) -> RiskDecision:
    return RiskDecision(
        decision=facts.decision,
        reasons=list(facts.reasons),
        decided_by_person=facts.decided_by is not None,
        decided_at=facts.decided_at,
    )
