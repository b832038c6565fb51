"""Goods that are on their way from outside, and their arrival."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.inventory.events import StockExpected, StockReceived
from domain.inventory.levels import LockedLevel
from domain.inventory.move import Move, move
from domain.inventory.own_level import own_level
from domain.inventory.ownership import stockable
from domain.inventory.quantities import MAX_UNITS, checked_reason, checked_units
from domain.inventory.refresh_stocked import refresh_stocked
from domain.shared.database import value
from domain.shared.errors import InvalidInput
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class ExpectStock:
    """`by` units more are on their way; below zero: fewer."""

    variant_id: UUID
    warehouse_id: UUID
    by: int
    reason: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class ReceiveStock:
    variant_id: UUID
    warehouse_id: UUID
    quantity: int
    reason: str | None = None
    key: str | None = None


@use_case
async def expect_stock(viewer: Viewer, command: ExpectStock) -> UUID:
    """Returns the level's id. Transfers keep count of what they sent by themselves.

    Raises NotSignedIn, NotAllowed, NotFound, InvalidInput: by the rule "negativeStock" where fewer are expected.
    """
    if not 1 <= abs(command.by) <= MAX_UNITS:
        raise InvalidInput(field="by", rule="range", limit=f"-{MAX_UNITS}..-1, 1..{MAX_UNITS}")
    reason = checked_reason(command.reason)
    level = await own_level(viewer, command.variant_id, command.warehouse_id)
    if earlier := await replayed(viewer, "expectStock", command, level.id):
        return earlier
    expected = await _expected(level)
    if expected + command.by < 0:
        raise InvalidInput(field="by", rule="negativeStock", limit=str(expected))
    checked_units(expected + command.by, field="by")
    await move([Move(level_id=level.id, kind="expect", incoming=command.by, reason=reason)])
    await record(viewer, "expectStock", subject=("stock_level", level.id), after={"by": command.by, "reason": reason})
    await emit(StockExpected(subject_id=level.id, sequence=1, by=command.by))
    return level.id


@use_case
async def receive_stock(viewer: Viewer, command: ReceiveStock) -> UUID:
    """Take in goods, expected or not: what was expected is no longer, as far as it has come. Returns the level's id.

    Raises NotSignedIn, NotAllowed, NotFound, InvalidInput.
    """
    checked_units(command.quantity, field="quantity", least=1)
    reason = checked_reason(command.reason)
    level = await own_level(viewer, command.variant_id, command.warehouse_id)
    if earlier := await replayed(viewer, "receiveStock", command, level.id):
        return earlier
    checked_units(level.on_hand + command.quantity, field="quantity")
    due = min(command.quantity, await _expected(level))
    await move(
        [Move(level_id=level.id, kind="receipt", on_hand=command.quantity, incoming=-due, reason=reason)], quietly=True
    )
    after = {"quantity": command.quantity, "expected": due, "reason": reason}
    await record(viewer, "receiveStock", subject=("stock_level", level.id), after=after)
    await emit(StockReceived(subject_id=level.id, sequence=1, quantity=command.quantity))
    await refresh_stocked([(await stockable(viewer, [command.variant_id]))[command.variant_id].product_id])
    return level.id


async def _expected(level: LockedLevel) -> int:
    """Units on their way that no transfer has sent. Whoever changes a transfer's lines holds the level's lock too."""
    sent: int = await value(
        """SELECT coalesce(sum(l.quantity - l.received), 0)::bigint
           FROM stock_transfer_line l JOIN stock_transfer t ON t.id = l.transfer_id
           WHERE l.variant_id = $1 AND t.destination_id = $2 AND t.state = 'sent'""",
        level.variant_id,
        level.warehouse_id,
    )
    return level.incoming - sent
