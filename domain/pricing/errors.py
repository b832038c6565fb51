from dataclasses import dataclass

from domain.shared.errors import DomainError


@dataclass(eq=False)
class CurrencyNotSold(DomainError):
    """The shop does not sell in this currency."""

    code = "CURRENCY_NOT_SOLD"
    currency: str
    sold: tuple[str, ...]


@dataclass(eq=False)
class PriceMissing(DomainError):
    """The variant has no price in the currency asked for."""

    code = "PRICE_MISSING"
    sku: str
    currency: str
