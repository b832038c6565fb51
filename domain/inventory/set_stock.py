"""Setting how much lies where, of many variants at once: what counts, imports and single corrections have in common."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.audit.record import record_many
from domain.inventory.errors import StockChanged
from domain.inventory.levels import LockedLevel, lock_levels
from domain.inventory.move import Move, move
from domain.inventory.ownership import Stockable, stockable
from domain.inventory.quantities import checked_reason, checked_units
from domain.inventory.refresh_stocked import refresh_stocked
from domain.shared.database import rows
from domain.shared.errors import DomainError, not_found
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class StockChange:
    """`on_hand` is what lies there now. With `expected_on_hand` the change holds only for what the caller has seen."""

    variant_id: UUID
    warehouse_id: UUID
    on_hand: int
    expected_on_hand: int | None = None
    reason: str | None = None


@dataclass(slots=True)
class _Plan:
    moves: list[Move] = field(default_factory=list)
    audited: list[tuple[tuple[str, UUID], Mapping[str, object]]] = field(default_factory=list)


async def store_stock(
    viewer: Viewer, changes: Sequence[StockChange], *, kind: str, reference: UUID | None = None
) -> list[bool | DomainError]:
    """Make what lies in the warehouses be as told, write movements of `kind` and audit entries, refresh the listings.

    Answers as many as it was given: whether something changed, or why nothing was done: NotFound (also for variants that
    are not the viewer's), InvalidInput, StockChanged. Of several changes of one level each builds on the one before. A
    number below what is promised is taken too, since the goods are gone: `stock.short` tells it. Raises NotSignedIn,
    NotAllowed. A fixed number of statements, but for one an event.
    """
    require_transaction("store_stock")
    known = await stockable(viewer, [one.variant_id for one in changes])
    warehouses = await _warehouses(one.warehouse_id for one in changes)
    outcomes = [_refusal(one, known, warehouses) for one in changes]
    accepted = [one for one, refusal in zip(changes, outcomes, strict=True) if refusal is None]
    levels = await lock_levels([(one.variant_id, one.warehouse_id) for one in accepted])
    plan = _Plan()
    done = [
        refusal
        or _planned(plan, levels[one.variant_id, one.warehouse_id], (one, known[one.variant_id]), (kind, reference))
        for one, refusal in zip(changes, outcomes, strict=True)
    ]
    moved = await move(plan.moves, quietly=True)
    if plan.audited:
        await record_many(viewer, f"{kind}Stock", plan.audited)
    await refresh_stocked({known[one.variant_id].product_id for one in moved})
    return done


async def _warehouses(ids: Iterable[UUID]) -> set[UUID]:
    return {r["id"] for r in await rows("SELECT id FROM warehouse WHERE id = ANY($1)", list(set(ids)))}


def _refusal(one: StockChange, known: Mapping[UUID, Stockable], warehouses: set[UUID]) -> DomainError | None:
    if one.variant_id not in known:
        return not_found("Variant", one.variant_id)
    if one.warehouse_id not in warehouses:
        return not_found("Warehouse", one.warehouse_id)
    try:
        checked_units(one.on_hand, field="onHand")
        checked_reason(one.reason)
    except DomainError as refusal:
        return refusal
    return None


def _planned(
    plan: _Plan, level: LockedLevel, asked: tuple[StockChange, Stockable], origin: tuple[str, UUID | None]
) -> bool | DomainError:
    (change, variant), (kind, reference) = asked, origin
    if change.expected_on_hand not in {None, level.on_hand}:
        return StockChanged(sku=variant.sku, expected=change.expected_on_hand or 0, current=level.on_hand)
    delta = change.on_hand - level.on_hand
    if delta == 0:
        return False
    reason = checked_reason(change.reason)
    plan.moves.append(Move(level_id=level.id, kind=kind, on_hand=delta, reference=reference, reason=reason))
    after = {"was": level.on_hand, "on_hand": change.on_hand}
    plan.audited.append((("stock_level", level.id), {**after, "reason": reason, "reference": reference}))
    level.on_hand = change.on_hand
    return True
