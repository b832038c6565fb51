"""The levels of variants in warehouses: made when first needed, and locked for a change."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from domain.shared.database import rows, run
from domain.shared.transactions import require_transaction


@dataclass(slots=True)
class LockedLevel:
    id: UUID
    variant_id: UUID
    warehouse_id: UUID
    on_hand: int
    reserved: int
    incoming: int


async def lock_levels(places: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], LockedLevel]:
    """The levels of these (variant, warehouse), empty ones made where there are none, locked in the order of their ids.

    Variants and warehouses exist: the caller has looked, and has no level locked yet. Two statements.
    """
    require_transaction("lock_levels")
    wanted = sorted(set(places))
    variants, warehouses = [variant_id for variant_id, _ in wanted], [warehouse_id for _, warehouse_id in wanted]
    await run(
        """INSERT INTO stock_level (id, variant_id, warehouse_id, on_hand, reserved)
           SELECT gen_random_uuid(), n.variant_id, n.warehouse_id, 0, 0
           FROM unnest($1::uuid[], $2::uuid[]) AS n(variant_id, warehouse_id)
           WHERE NOT EXISTS (SELECT FROM stock_level s
                             WHERE s.variant_id = n.variant_id AND s.warehouse_id = n.warehouse_id)
           ON CONFLICT (variant_id, warehouse_id) DO NOTHING""",
        variants,
        warehouses,
    )
    found = await rows(
        """SELECT s.id, s.variant_id, s.warehouse_id, s.on_hand, s.reserved, s.incoming
           FROM stock_level s JOIN unnest($1::uuid[], $2::uuid[]) AS n(variant_id, warehouse_id)
             ON s.variant_id = n.variant_id AND s.warehouse_id = n.warehouse_id
           ORDER BY s.id FOR UPDATE OF s""",
        variants,
        warehouses,
    )
    return {(r["variant_id"], r["warehouse_id"]): LockedLevel(*r) for r in found}
