"""Which variants somebody may keep stock of: all, or those of one supplier."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.identity.access.permissions import Permission
from domain.shared.database import rows
from domain.shared.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Stockable:
    sku: str
    product_id: UUID


async def stockable(viewer: Viewer, variant_ids: Sequence[UUID]) -> dict[UUID, Stockable]:
    """Those of the variants whose stock the viewer may change. One statement. Raises NotSignedIn, NotAllowed."""
    viewer.require_somewhere(Permission.STOCK_WRITE)
    found = await rows(
        """SELECT v.id, v.sku, v.product_id, p.supplier_id FROM variant v JOIN product p ON p.id = v.product_id
           WHERE v.id = ANY($1)""",
        list(variant_ids),
    )
    return {
        r["id"]: Stockable(r["sku"], r["product_id"])
        for r in found
        if viewer.may_for(Permission.STOCK_WRITE, suppliers=frozenset({r["supplier_id"]}))
    }


def own_stock(viewer: Viewer, *, placeholder: int) -> tuple[str, list[object]]:
    """The condition on a product `p` under which the viewer sees its stock, with the value of its one placeholder."""
    limited = [one.supplier_id for one in viewer.limited(Permission.STOCK_WRITE) if one.channel is None]
    everywhere = viewer.may(Permission.STOCK_WRITE) or None in limited
    return f"(${placeholder}::uuid[] IS NULL OR p.supplier_id = ANY(${placeholder}))", [None if everywhere else limited]
