"""Money: an integer of minor units with an ISO 4217 currency. Never a float."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import format_currency, get_currency_precision

from domain.shared.errors import InvalidInput


@dataclass(frozen=True, order=True)
class Money:
    minor: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """In major units, with exactly the currency's number of decimals."""
        exponent = currency_exponent(self.currency)
        return Decimal(self.minor).scaleb(-exponent).quantize(Decimal(1).scaleb(-exponent))

    def times(self, quantity: int) -> "Money":
        return Money(self.minor * quantity, self.currency)

    def formatted(self, language: str) -> str:
        """As people of `language` write it, for example `€12.50`."""
        return format_currency(self.amount, self.currency, locale=language.replace("-", "_"))


def total(amounts: list[Money], currency: str) -> Money:
    """The sum. Raises ValueError when an amount is in another currency."""
    if any(amount.currency != currency for amount in amounts):
        raise ValueError(f"amounts in other currencies than {currency}")
    return Money(sum(amount.minor for amount in amounts), currency)


@lru_cache(maxsize=256)
def currency_exponent(currency: str) -> int:
    """Decimals of the minor unit by ISO 4217 as CLDR carries it: 2 for EUR, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def checked_currency(code: str, field: str = "currency") -> str:
    """`code` when ISO 4217 knows it. Raises InvalidInput for anything else."""
    if code not in _iso_currencies():
        raise InvalidInput(field=field, rule="iso4217")
    return code


@lru_cache(maxsize=1)
def _iso_currencies() -> frozenset[str]:
    return frozenset(get_global("all_currencies"))
