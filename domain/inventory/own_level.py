"""The one level that somebody is about to change."""

from uuid import UUID

from domain.inventory.levels import LockedLevel, lock_levels
from domain.inventory.ownership import stockable
from domain.inventory.warehouses import require_warehouse
from domain.shared.errors import not_found
from domain.shared.viewer import Viewer


async def own_level(viewer: Viewer, variant_id: UUID, warehouse_id: UUID) -> LockedLevel:
    """The level of the variant in the warehouse, locked; made, where it is the first to lie there.

    Raises NotSignedIn, NotAllowed, and NotFound, also for a variant whose stock is not the viewer's to change.
    """
    if variant_id not in await stockable(viewer, [variant_id]):
        raise not_found("Variant", variant_id)
    await require_warehouse(warehouse_id)
    return (await lock_levels([(variant_id, warehouse_id)]))[variant_id, warehouse_id]
