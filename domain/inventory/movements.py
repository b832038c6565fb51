"""Reading the ledger of stock."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.identity.access.permissions import Permission
from domain.inventory.ownership import own_stock
from domain.shared.database import rows
from domain.shared.viewer import Viewer


@dataclass(frozen=True, slots=True)
class MovementFacts:
    id: UUID
    variant_id: UUID
    sku: str
    warehouse_id: UUID
    kind: str
    on_hand: int
    reserved: int
    incoming: int
    reference: UUID | None
    reason: str | None
    at: datetime


@dataclass(frozen=True)
class MovementFilter:
    """All that is given must be so."""

    variant_id: UUID | None = None
    warehouse_id: UUID | None = None
    kind: str | None = None
    reference: UUID | None = None


async def stock_movements(
    viewer: Viewer, wanted: MovementFilter, *, first: int, after: tuple[datetime, UUID] | None
) -> list[MovementFacts]:
    """A page, newest first, of what the viewer may keep. One statement. Raises NotSignedIn, NotAllowed."""
    viewer.require_somewhere(Permission.STOCK_WRITE)
    condition, values = own_stock(viewer, placeholder=8)
    at, movement_id = after or (None, None)
    found = await rows(
        f"""SELECT m.id, s.variant_id, v.sku, s.warehouse_id, m.kind, m.on_hand_delta, m.reserved_delta, m.incoming_delta,
                   m.reference, m.reason, m.at
            FROM stock_movement m JOIN stock_level s ON s.id = m.level_id
            JOIN variant v ON v.id = s.variant_id JOIN product p ON p.id = v.product_id
            WHERE ($1::uuid IS NULL OR s.variant_id = $1) AND ($2::uuid IS NULL OR s.warehouse_id = $2)
              AND ($3::text IS NULL OR m.kind = $3) AND ($4::uuid IS NULL OR m.reference = $4)
              AND ($5::timestamptz IS NULL OR (m.at, m.id) < ($5, $6::uuid)) AND {condition}
            ORDER BY m.at DESC, m.id DESC LIMIT $7""",
        wanted.variant_id,
        wanted.warehouse_id,
        wanted.kind,
        wanted.reference,
        at,
        movement_id,
        first,
        *values,
    )
    return [MovementFacts(*r) for r in found]
