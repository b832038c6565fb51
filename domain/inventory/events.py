from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class StockLow(Event):
    """`available` units or fewer are left in one warehouse than its rule calls low. Once a crossing."""

    kind: ClassVar[str] = "stock.low"
    subject_type: ClassVar[str] = "stock_level"
    variant_id: UUID
    warehouse_id: UUID
    available: int


@dataclass(frozen=True, kw_only=True)
class StockShort(Event):
    """More is promised than there is: `missing` units were counted away, or never came back. Once a crossing."""

    kind: ClassVar[str] = "stock.short"
    subject_type: ClassVar[str] = "stock_level"
    variant_id: UUID
    warehouse_id: UUID
    missing: int


@dataclass(frozen=True, kw_only=True)
class StockAvailabilityChanged(Event):
    """In one warehouse, the variant began or ceased to be available."""

    kind: ClassVar[str] = "stock.availability_changed"
    subject_type: ClassVar[str] = "variant"
    warehouse_id: UUID
    is_available: bool


@dataclass(frozen=True, kw_only=True)
class StockCounted(Event):
    kind: ClassVar[str] = "stock.counted"
    subject_type: ClassVar[str] = "stock_level"
    on_hand: int


@dataclass(frozen=True, kw_only=True)
class StockAdjusted(Event):
    kind: ClassVar[str] = "stock.adjusted"
    subject_type: ClassVar[str] = "stock_level"
    by: int


@dataclass(frozen=True, kw_only=True)
class StockExpected(Event):
    """`by` units more are on their way; below zero: fewer."""

    kind: ClassVar[str] = "stock.expected"
    subject_type: ClassVar[str] = "stock_level"
    by: int


@dataclass(frozen=True, kw_only=True)
class StockReceived(Event):
    kind: ClassVar[str] = "stock.received"
    subject_type: ClassVar[str] = "stock_level"
    quantity: int


@dataclass(frozen=True, kw_only=True)
class StockRulesSet(Event):
    kind: ClassVar[str] = "stock.rules_set"
    subject_type: ClassVar[str] = "stock_level"


@dataclass(frozen=True, kw_only=True)
class WarehouseCreated(Event):
    kind: ClassVar[str] = "warehouse.created"
    subject_type: ClassVar[str] = "warehouse"


@dataclass(frozen=True, kw_only=True)
class WarehouseUpdated(Event):
    kind: ClassVar[str] = "warehouse.updated"
    subject_type: ClassVar[str] = "warehouse"


@dataclass(frozen=True, kw_only=True)
class ChannelWarehousesSet(Event):
    """The channel sells out of other warehouses than before, or asks them in another order."""

    kind: ClassVar[str] = "channel.warehouses_set"
    subject_type: ClassVar[str] = "channel"
    channel: str


@dataclass(frozen=True, kw_only=True)
class TransferSent(Event):
    kind: ClassVar[str] = "transfer.sent"
    subject_type: ClassVar[str] = "stock_transfer"


@dataclass(frozen=True, kw_only=True)
class TransferArrived(Event):
    """Some of the goods came; `state` says whether all have."""

    kind: ClassVar[str] = "transfer.arrived"
    subject_type: ClassVar[str] = "stock_transfer"
    state: str


@dataclass(frozen=True, kw_only=True)
class TransferCancelled(Event):
    """What had not arrived is back where it was sent from."""

    kind: ClassVar[str] = "transfer.cancelled"
    subject_type: ClassVar[str] = "stock_transfer"
