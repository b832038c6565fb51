"""Which currencies the shop sells in."""

from domain.pricing.errors import CurrencyNotSold
from domain.shared.settings import settings


def sold_currency(code: str) -> str:
    """`code` when the shop sells in it. Raises CurrencyNotSold with those it does sell in."""
    if code not in settings().shop_currencies:
        raise CurrencyNotSold(currency=code, sold=settings().shop_currencies)
    return code
