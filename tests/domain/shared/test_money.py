from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.errors import InvalidInput
from domain.shared.money import Money, checked_currency, currency_exponent, tender_currencies, total


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(1250, "EUR", "12.50"), (1250, "JPY", "1250"), (1250, "KWD", "1.250"), (-5, "USD", "-0.05"), (0, "CNY", "0.00")],
)
def test_the_amount_has_the_decimals_of_its_currency(minor: int, currency: str, amount: str) -> None:
    assert str(Money(minor, currency).amount) == amount


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "€1,234.50"), ("zh-Hans", "€1,234.50"), ("de", "1.234,50\N{NO-BREAK SPACE}€")]
)
def test_amounts_are_written_as_people_of_the_language_write_them(language: str, shown: str) -> None:
    assert Money(123450, "EUR").formatted(language) == shown


@given(st.lists(st.integers(min_value=-(10**15), max_value=10**15)))
def test_a_total_is_exactly_the_sum(minors: list[int]) -> None:
    summed = total([Money(minor, "EUR") for minor in minors], "EUR")

    assert summed == Money(sum(minors), "EUR")
    assert summed.amount == sum((Money(minor, "EUR").amount for minor in minors), Decimal(0))


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="other currencies"):
        total([Money(1, "EUR"), Money(1, "USD")], "EUR")


@pytest.mark.parametrize("code", ["", "eur", "EURO", "ABC", "XXX", "XTS", "XAU", "XDR", "DEM", "HRK", "CLF"])
def test_what_nobody_pays_with_today_names_its_field(code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_currency(code, "expectedTotal.currency")

    assert (refusal.value.field, refusal.value.rule) == ("expectedTotal.currency", "iso4217")


@pytest.mark.parametrize("code", ["EUR", "USD", "CNY", "GBP", "JPY", "KWD", "XAF", "TWD"])
def test_what_people_pay_with_is_a_currency(code: str) -> None:
    assert checked_currency(code) == code


def test_fifteen_digits_of_any_currency_fit_into_64_bits() -> None:
    largest = max((10**15 - 1) * 10 ** currency_exponent(code) for code in tender_currencies())

    assert largest < 2**63
