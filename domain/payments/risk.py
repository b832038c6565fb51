"""Two rules on an order before money moves. Pure: what went in is stored, so that a decision can be drawn again."""

from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    ACCEPT = "accept"
    REVIEW = "review"
    REJECT = "reject"


class Reason(StrEnum):
    """The name of the rule that spoke against the order."""

    AMOUNT_HIGH = "AMOUNT_HIGH"
    ORDERS_PER_HOUR = "ORDERS_PER_HOUR"


@dataclass(frozen=True)
class RiskInputs:
    """Everything that the rules look at, thresholds included. `orders_last_hour` counts the order itself."""

    amount_minor: int
    currency: str
    orders_last_hour: int
    review_minor: int
    orders_per_hour: int


@dataclass(frozen=True)
class Judgement:
    decision: Decision
    reasons: tuple[Reason, ...]


def judge(inputs: RiskInputs) -> Judgement:
    """Reject outweighs review outweighs accept; every rule that spoke is named, the weightiest first."""
    findings = [finding for rule in (_orders_per_hour, _amount_high) if (finding := rule(inputs))]
    if not findings:
        return Judgement(Decision.ACCEPT, ())
    return Judgement(findings[0][0], tuple(reason for _, reason in findings))


def _orders_per_hour(inputs: RiskInputs) -> tuple[Decision, Reason] | None:
    if inputs.orders_last_hour > inputs.orders_per_hour:
        return Decision.REJECT, Reason.ORDERS_PER_HOUR
    return None


def _amount_high(inputs: RiskInputs) -> tuple[Decision, Reason] | None:
    if inputs.amount_minor >= inputs.review_minor:
        return Decision.REVIEW, Reason.AMOUNT_HIGH
    return None
