"""Money and big integers as GraphQL says them."""

from decimal import Decimal
from functools import lru_cache
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from api.access import PARENT, Access, field
from domain.shared import money
from domain.shared.errors import InvalidInput

_SAFE_INTEGER = 2**53 - 1

BigInt = NewType("BigInt", int)


def _serialize(value: int) -> int | str:
    return value if abs(value) <= _SAFE_INTEGER else str(value)


def _parse(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("BigInt is a whole number, or a string of one")
    parsed = int(value)
    if not -(2**63) <= parsed < 2**63:
        raise ValueError("BigInt has at most 64 bits")
    return parsed


SCALARS: dict[object, ScalarDefinition] = {
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number of 64 bits; as a string where JavaScript could not hold it exactly.",
        serialize=_serialize,
        parse_value=_parse,
    )
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
    if not value.amount.is_finite() or abs(value.amount) >= 10**15:
        raise InvalidInput(field=f"{field}.amount", rule="range", limit="10^15")
    minor = value.amount.scaleb(money.currency_exponent(currency))
    if minor != minor.to_integral_value():
        limit = str(money.currency_exponent(currency))
        raise InvalidInput(field=f"{field}.amount", rule="decimals", limit=limit)
    return money.Money(int(minor), currency)
