"""What is said of a row by itself."""

import pytest

from hanse.imports.parse import parse
from hanse.imports.reasons import EXPLANATIONS, Reason
from tests.hanse.imports.retail import Line

BY_ITSELF = [
    (Reason.BAD_INVOICE, {"invoice": ""}),
    (Reason.BAD_INVOICE, {"invoice": "53 65"}),
    (Reason.BAD_STOCK_CODE, {"stock_code": ""}),
    (Reason.BAD_STOCK_CODE, {"stock_code": "<85123A>"}),
    (Reason.BAD_QUANTITY, {"quantity": ""}),
    (Reason.BAD_QUANTITY, {"quantity": "6.5"}),
    (Reason.BAD_QUANTITY, {"quantity": "1e3"}),
    (Reason.BAD_QUANTITY, {"quantity": "1000000000000"}),
    (Reason.BAD_QUANTITY, {"quantity": "٣"}),
    (Reason.BAD_DATE, {"invoice_ts": ""}),
    (Reason.BAD_DATE, {"invoice_ts": "12/1/2010 8:26"}),
    (Reason.BAD_DATE, {"invoice_ts": "2010-02-30T10:00"}),
    (Reason.BAD_DATE, {"invoice_ts": "0001-01-01T00:00"}),
    (Reason.BAD_DATE, {"invoice_ts": "9999-12-31T23:59"}),
    (Reason.BAD_PRICE, {"unit_price": ""}),
    (Reason.BAD_PRICE, {"unit_price": "NaN"}),
    (Reason.BAD_PRICE, {"unit_price": "Infinity"}),
    (Reason.BAD_PRICE, {"unit_price": "2,55"}),
    (Reason.BAD_PRICE, {"unit_price": "12345678.00"}),
    (Reason.BAD_CUSTOMER, {"customer_id": "somebody@example.org"}),
    (Reason.NOT_A_PRODUCT, {"stock_code": "POST"}),
    (Reason.NOT_A_PRODUCT, {"stock_code": "m"}),
    (Reason.NOT_A_PRODUCT, {"stock_code": "D", "quantity": "-1"}),
    (Reason.NOT_A_PRODUCT, {"stock_code": "BANK CHARGES"}),
    (Reason.NOT_A_PRODUCT, {"stock_code": "AMAZONFEE"}),
    (Reason.NOT_A_PRODUCT, {"stock_code": "gift_0001_20"}),
    (Reason.NOT_A_PRODUCT, {"stock_code": "TEST001"}),
    (Reason.NOT_A_PRODUCT, {"invoice": "A563185", "stock_code": "B", "unit_price": "-11062.06"}),
    (Reason.NEGATIVE_PRICE, {"unit_price": "-2.55"}),
    (Reason.ZERO_QUANTITY, {"quantity": "0"}),
    (Reason.ZERO_PRICE, {"unit_price": "0.0"}),
    (Reason.ZERO_PRICE, {"unit_price": "0.004"}),
    (Reason.STOCK_ADJUSTMENT, {"quantity": "-40", "unit_price": "0.0", "customer_id": "", "description": "damages"}),
    (Reason.POSITIVE_CANCELLATION, {"invoice": "C536379"}),
    (Reason.RETURN_BY_GUEST, {"invoice": "C536379", "quantity": "-1", "customer_id": ""}),
]


@pytest.mark.parametrize(("reason", "change"), BY_ITSELF, ids=str)
def test_a_row_is_rejected_for_what_is_wrong_with_it(reason: Reason, change: dict[str, str]) -> None:
    fields = Line(**change)

    row = parse(7, [str(field) for field in vars(fields).values()])

    assert (row.line, row.reason) == (7, reason)


def test_a_row_without_a_fault_is_not_rejected() -> None:
    row = parse(2, [str(field) for field in vars(Line()).values()])

    assert row.reason is None
    assert (row.quantity, row.unit_minor, row.country) == (6, 255, "GB")


@pytest.mark.parametrize(("price", "minor"), [("2.555", 256), ("2.554", 255), ("0.005", 1), ("9999999.99", 999999999)])
def test_prices_become_pence_with_halves_rounded_up(price: str, minor: int) -> None:
    row = parse(2, [str(field) for field in vars(Line(unit_price=price)).values()])

    assert row.unit_minor == minor


def test_every_reason_has_an_explanation() -> None:
    assert set(EXPLANATIONS) == set(Reason)
