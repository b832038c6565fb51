"""What a list price may be."""

from typing import Final

from domain.shared.errors import InvalidInput
from domain.shared.money import checked_currency

MAX_MINOR: Final = 10**12
"""Ten thousand units of two hundred such lines still add up within 64 bits."""


def checked_price(currency: str, minor: int | None, compare_at_minor: int | None) -> None:
    """Raise InvalidInput, naming `currency`, `amount` or `compareAt`, for a price that cannot be."""
    checked_currency(currency)
    _checked_minor(minor, "amount")
    _checked_minor(compare_at_minor, "compareAt")
    if minor is None and compare_at_minor is not None:
        raise InvalidInput(field="amount", rule="required")


def _checked_minor(minor: int | None, field: str) -> None:
    if minor is not None and not 0 <= minor <= MAX_MINOR:
        raise InvalidInput(field=field, rule="minorUnits", limit=f"0..{MAX_MINOR}")
