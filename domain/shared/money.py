"""Money: an integer of minor units with an ISO 4217 currency. Never a float."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import format_currency, get_currency_precision, get_territory_currencies

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
    """`code` when people pay with it somewhere today. Raises InvalidInput for anything else.

    ISO 4217 also has codes for what was, for metals, for funds and for tests; no order can be in any of those.
    """
    if code not in tender_currencies():
        raise InvalidInput(field=field, rule="iso4217")
    return code


@lru_cache(maxsize=1)
def tender_currencies() -> frozenset[str]:
    """The ISO 4217 codes that are legal tender somewhere at present, by CLDR."""
    territories = get_global("territory_currencies")
    return frozenset(code for territory in territories for code in get_territory_currencies(territory, tender=True))
