"""What somebody found on the shelf, and what they correct: broken, lost, found."""

from dataclasses import dataclass
from uuid import UUID

from domain.inventory.events import StockAdjusted, StockCounted
from domain.inventory.own_level import own_level
from domain.inventory.quantities import MAX_UNITS, checked_reason, checked_units
from domain.inventory.set_stock import StockChange, store_stock
from domain.shared.errors import DomainError, InvalidInput
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class CountStock:
    """`expected_on_hand` is what the system said when the counting began."""

    variant_id: UUID
    warehouse_id: UUID
    on_hand: int
    expected_on_hand: int
    reason: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class AdjustStock:
    variant_id: UUID
    warehouse_id: UUID
    by: int
    reason: str
    key: str | None = None


@use_case
async def count_stock(viewer: Viewer, command: CountStock) -> UUID:
    """Let the shelf hold what was counted. Returns the level's id.

    Raises NotSignedIn, NotAllowed, NotFound (also for somebody else's variant), InvalidInput, StockChanged when the system
    says something else by now than it did.
    """
    level = await own_level(viewer, command.variant_id, command.warehouse_id)
    if earlier := await replayed(viewer, "countStock", command, level.id):
        return earlier
    change = StockChange(
        variant_id=command.variant_id,
        warehouse_id=command.warehouse_id,
        on_hand=command.on_hand,
        expected_on_hand=command.expected_on_hand,
        reason=command.reason,
    )
    if await _stored(viewer, change, kind="count"):
        await emit(StockCounted(subject_id=level.id, sequence=1, on_hand=command.on_hand))
    return level.id


@use_case
async def adjust_stock(viewer: Viewer, command: AdjustStock) -> UUID:
    """Add units to the shelf, or take them off, with a reason. Returns the level's id.

    Raises as `count_stock` does, but for StockChanged; InvalidInput by the rule "negativeStock" where fewer lie there.
    """
    if not 1 <= abs(command.by) <= MAX_UNITS:
        raise InvalidInput(field="by", rule="range", limit=f"-{MAX_UNITS}..-1, 1..{MAX_UNITS}")
    checked_reason(command.reason)
    level = await own_level(viewer, command.variant_id, command.warehouse_id)
    if earlier := await replayed(viewer, "adjustStock", command, level.id):
        return earlier
    if level.on_hand + command.by < 0:
        raise InvalidInput(field="by", rule="negativeStock", limit=str(level.on_hand))
    checked_units(level.on_hand + command.by, field="by")
    change = StockChange(
        variant_id=command.variant_id,
        warehouse_id=command.warehouse_id,
        on_hand=level.on_hand + command.by,
        reason=command.reason,
    )
    await _stored(viewer, change, kind="adjust")
    await emit(StockAdjusted(subject_id=level.id, sequence=1, by=command.by))
    return level.id


async def _stored(viewer: Viewer, change: StockChange, *, kind: str) -> bool:
    (outcome,) = await store_stock(viewer, [change], kind=kind)
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome
