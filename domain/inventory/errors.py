from dataclasses import dataclass

from domain.shared.errors import DomainError


@dataclass(eq=False)
class OutOfStock(DomainError):
    """Fewer are available than asked for; nothing was reserved."""

    code = "OUT_OF_STOCK"
    sku: str
    requested: int
    available: int


@dataclass(eq=False)
class StockChanged(DomainError):
    """Somebody counted, received or shipped since the caller looked: there are `current` units on hand now."""

    code = "STOCK_CHANGED"
    sku: str
    expected: int
    current: int


@dataclass(eq=False)
class WarehouseExists(DomainError):
    """The code stands for another warehouse; codes never change."""

    code = "WAREHOUSE_EXISTS"
    warehouse_code: str


@dataclass(eq=False)
class WarehousesChanged(DomainError):
    """The channel sells out of other warehouses by now: `current` are their codes, in their order."""

    code = "WAREHOUSES_CHANGED"
    channel: str
    current: tuple[str, ...]


@dataclass(eq=False)
class TransferClosed(DomainError):
    """All of it has arrived, or it was cancelled."""

    code = "TRANSFER_CLOSED"
    state: str
