"""Telling that a level has crossed a threshold: ran low, has less than is promised, began or ceased to be available."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.inventory.events import StockAvailabilityChanged, StockLow, StockShort
from domain.shared.outbox import Event, emit_many


@dataclass(frozen=True, slots=True)
class Counters:
    """What decides of one level. `available` is below zero where more is promised than there is."""

    on_hand: int
    reserved: int
    safety: int
    backorder_limit: int
    low_at: int | None

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved - self.safety + self.backorder_limit

    @property
    def is_low(self) -> bool:
        return self.low_at is not None and self.available <= self.low_at

    @property
    def missing(self) -> int:
        """Units that are promised and neither there nor may be sold before they are."""
        return max(0, self.reserved - self.on_hand - self.backorder_limit)


@dataclass(frozen=True, slots=True)
class Change:
    level_id: UUID
    variant_id: UUID
    warehouse_id: UUID
    before: Counters
    after: Counters


async def announce(changes: Sequence[Change], *, quietly: bool = False) -> None:
    """Emit what the changes crossed, each threshold once a crossing; `quietly` without that of availability.

    Availability is told per warehouse: two that empty at the same moment cannot see each other's change, so that what
    becomes of a whole channel is only found behind both, by who consumes the event.
    """
    crossed = [event for change in changes for event in _crossed(change)]
    told = [one for one in crossed if not (quietly and isinstance(one, StockAvailabilityChanged))]
    if told:
        await emit_many(told)


def _crossed(change: Change) -> Iterator[Event]:
    before, after = change.before, change.after
    if after.is_low and not before.is_low:
        yield StockLow(
            subject_id=change.level_id,
            sequence=1,
            variant_id=change.variant_id,
            warehouse_id=change.warehouse_id,
            available=max(0, after.available),
        )
    if after.missing and not before.missing:
        yield StockShort(
            subject_id=change.level_id,
            sequence=1,
            variant_id=change.variant_id,
            warehouse_id=change.warehouse_id,
            missing=after.missing,
        )
    if (after.available > 0) != (before.available > 0):
        yield StockAvailabilityChanged(
            subject_id=change.variant_id,
            sequence=1,
            warehouse_id=change.warehouse_id,
            is_available=after.available > 0,
        )
