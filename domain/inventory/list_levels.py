"""Lists of stock levels, for those who keep them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.identity.access.permissions import Permission
from domain.inventory.ownership import own_stock
from domain.inventory.queries import AVAILABLE
from domain.shared.database import rows
from domain.shared.viewer import Viewer


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """`available` is what can be sold now, never below zero."""

    id: UUID
    variant_id: UUID
    sku: str
    warehouse_id: UUID
    on_hand: int
    reserved: int
    incoming: int
    safety: int
    backorder_limit: int
    low_at: int | None
    available: int
    version: int

    @property
    def is_low(self) -> bool:
        return self.low_at is not None and self.available <= self.low_at


@dataclass(frozen=True)
class LevelFilter:
    """All that is given must be so. `low`: at its own threshold or below."""

    variant_id: UUID | None = None
    warehouse_id: UUID | None = None
    supplier_id: UUID | None = None
    low: bool = False


_COLUMNS = f"""s.id, s.variant_id, v.sku, s.warehouse_id, s.on_hand, s.reserved, s.incoming, s.safety, s.backorder_limit,
    s.low_at, {AVAILABLE} AS available, s.version"""
_FROM = "stock_level s JOIN variant v ON v.id = s.variant_id JOIN product p ON p.id = v.product_id"


async def stock_levels(
    viewer: Viewer, wanted: LevelFilter, *, first: int, after: tuple[str, UUID] | None
) -> list[LevelFacts]:
    """A page by SKU, of what the viewer may keep. One statement. Raises NotSignedIn, NotAllowed."""
    viewer.require_somewhere(Permission.STOCK_WRITE)
    condition, values = own_stock(viewer, placeholder=8)
    sku, level_id = after or (None, None)
    found = await rows(
        f"""SELECT {_COLUMNS} FROM {_FROM}
            WHERE ($1::uuid IS NULL OR s.variant_id = $1) AND ($2::uuid IS NULL OR s.warehouse_id = $2)
              AND ($3::uuid IS NULL OR p.supplier_id = $3) AND (NOT $4::bool OR {AVAILABLE} <= s.low_at)
              AND ($5::text IS NULL OR (v.sku, s.id) > ($5, $6::uuid)) AND {condition}
            ORDER BY v.sku, s.id LIMIT $7""",
        wanted.variant_id,
        wanted.warehouse_id,
        wanted.supplier_id,
        wanted.low,
        sku,
        level_id,
        first,
        *values,
    )
    return [LevelFacts(*r) for r in found]


async def levels_by_id(viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, LevelFacts]:
    """Those that the viewer may keep. One statement."""
    if not viewer.may_somewhere(Permission.STOCK_WRITE):
        return {}
    condition, values = own_stock(viewer, placeholder=2)
    found = await rows(f"SELECT {_COLUMNS} FROM {_FROM} WHERE s.id = ANY($1) AND {condition}", list(ids), *values)
    return {r["id"]: LevelFacts(*r) for r in found}
