from dataclasses import dataclass

from domain.shared.errors import DomainError


@dataclass(eq=False)
class OutOfStock(DomainError):
    """Fewer are available than asked for; nothing was reserved."""

    code = "OUT_OF_STOCK"
    sku: str
    requested: int
    available: int
