import pytest

from domain.payments.risk import Decision, Judgement, Reason, RiskInputs, judge


@pytest.mark.parametrize(
    ("amount_minor", "orders_last_hour", "decision", "reasons"),
    [
        (0, 1, Decision.ACCEPT, ()),
        (99_999, 10, Decision.ACCEPT, ()),
        (100_000, 1, Decision.REVIEW, (Reason.AMOUNT_HIGH,)),
        (10**15, 10, Decision.REVIEW, (Reason.AMOUNT_HIGH,)),
        (1, 11, Decision.REJECT, (Reason.ORDERS_PER_HOUR,)),
        (100_000, 11, Decision.REJECT, (Reason.ORDERS_PER_HOUR, Reason.AMOUNT_HIGH)),
    ],
)
def test_each_rule_speaks_at_its_threshold_and_the_weightiest_decides(
    amount_minor: int, orders_last_hour: int, decision: Decision, reasons: tuple[Reason, ...]
) -> None:
    inputs = RiskInputs(
        amount_minor=amount_minor,
        currency="EUR",
        orders_last_hour=orders_last_hour,
        review_minor=100_000,
        orders_per_hour=10,
    )

    judged = judge(inputs)

    assert judged == Judgement(decision, reasons)
