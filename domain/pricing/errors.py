from dataclasses import dataclass

from domain.shared.errors import DomainError


@dataclass(eq=False)
class PriceMissing(DomainError):
    """The variant has no price in the currency asked for."""

    code = "PRICE_MISSING"
    sku: str
    currency: str
