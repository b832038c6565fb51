"""Money, decimals and big integers as GraphQL says them."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from api.access import PARENT, Access, field
from domain.shared import money
from domain.shared.errors import InvalidInput

_SAFE_INTEGER: Final = 2**53 - 1
#: The length is bounded before any text becomes a number, which takes quadratic time.
_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_WHOLE: Final = re.compile(r"-?[0-9]{1,19}")

BigInt = NewType("BigInt", int)


def _read_decimal(value: Any) -> Decimal:
    """Of a JSON number with a fraction nobody knows which decimals were meant, so it must be a string."""
    text = str(value) if type(value) is int and abs(value) < 10**15 else value
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        raise ValueError('Decimal is a string such as "12.50": at most 15 digits, a point and at most 6 decimals.')
    return Decimal(text)


def _write_decimal(value: Decimal) -> str:
    return format(value, "f")


def _read_big_int(value: Any) -> int:
    if type(value) is int or (isinstance(value, str) and _WHOLE.fullmatch(value)):
        read = int(value)
        if -(2**63) <= read < 2**63:
            return read
    raise ValueError("BigInt is a whole number of 64 bits, or a string of one.")


def _write_big_int(value: int) -> int | str:
    return value if abs(value) <= _SAFE_INTEGER else str(value)


SCALARS: dict[object, ScalarDefinition] = {
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number of 64 bits; as a string where JavaScript could not hold it exactly.",
        serialize=_write_big_int,
        parse_value=_read_big_int,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description='An exact decimal number as a string, such as "12.50": at most 15 digits before the point, 6 after.',
        serialize=_write_decimal,
        parse_value=_read_decimal,
    ),
}


@strawberry.type(directives=[Access(requires=PARENT)], description="An exact amount of one currency.")
class Money:
    amount: Decimal = strawberry.field(description="In major units, with the currency's decimals.")
    minor: BigInt = strawberry.field(description="In minor units, for example cents.")
    currency: str = strawberry.field(description="ISO 4217.")

    @field(PARENT, description="As people of the request's language write it.")
    def formatted(self, info: strawberry.Info) -> str:
        return _written(self.minor, self.currency, info.context.language)


@strawberry.input
class MoneyInput:
    amount: Decimal
    currency: str


@lru_cache(maxsize=4_096)
def _written(minor: int, currency: str, language: str) -> str:
    """Remembered, since Babel takes longer over one amount than the rest of a product takes."""
    return money.Money(minor, currency).formatted(language)


def shown(value: money.Money) -> Money:
    return Money(amount=value.amount, minor=BigInt(value.minor), currency=value.currency)


def read_money(value: MoneyInput, field: str) -> money.Money:
    """The exact minor units. Raises InvalidInput for an unknown currency or more decimals than it has."""
    currency = money.checked_currency(value.currency, f"{field}.currency")
    return money.Money(minor_units(value.amount, currency, f"{field}.amount"), currency)


def minor_units(amount: Decimal, currency: str, field: str) -> int:
    """Raises InvalidInput for more decimals than the currency has."""
    minor = amount.scaleb(money.currency_exponent(currency))
    if minor != minor.to_integral_value():
        raise InvalidInput(field=field, rule="decimals", limit=str(money.currency_exponent(currency)))
    return int(minor)
