"""The places where goods lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.identity.access.permissions import Permission
from domain.shared.database import rows, value
from domain.shared.errors import not_found
from domain.shared.viewer import Viewer


@dataclass(frozen=True, slots=True)
class WarehouseFacts:
    """`channels` are those that sell what lies there."""

    id: UUID
    code: str
    name: str
    country: str
    position: int
    version: int
    channels: list[str]


_COLUMNS = """w.id, w.code, w.name, w.country, w.position, w.version,
    ARRAY(SELECT c.channel::text FROM channel_warehouse c WHERE c.warehouse_id = w.id ORDER BY 1) AS channels"""


async def require_warehouse(warehouse_id: UUID) -> None:
    """Raises NotFound."""
    if not await value("SELECT EXISTS (SELECT FROM warehouse WHERE id = $1)", warehouse_id):
        raise not_found("Warehouse", warehouse_id)


async def warehouses(viewer: Viewer, *, first: int, after: tuple[int, UUID] | None) -> list[WarehouseFacts]:
    """A page, in their own order. One statement. Raises NotSignedIn, NotAllowed."""
    viewer.require_somewhere(Permission.STOCK_WRITE)
    position, warehouse_id = after or (None, None)
    found = await rows(
        f"""SELECT {_COLUMNS} FROM warehouse w WHERE $1::int IS NULL OR (w.position, w.id) > ($1, $2::uuid)
            ORDER BY w.position, w.id LIMIT $3""",
        position,
        warehouse_id,
        first,
    )
    return [WarehouseFacts(*r) for r in found]


async def channel_warehouses(viewer: Viewer, channel: str) -> list[WarehouseFacts]:
    """Those that the channel sells out of, in the order in which it asks them. One statement."""
    viewer.require_somewhere(Permission.STOCK_WRITE)
    found = await rows(
        f"""SELECT {_COLUMNS} FROM warehouse w JOIN channel_warehouse g ON g.warehouse_id = w.id
            WHERE g.channel = $1 ORDER BY g.position, w.id""",
        channel,
    )
    return [WarehouseFacts(*r) for r in found]


async def warehouses_by_id(viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, WarehouseFacts]:
    """Those that the viewer may see: all, for who keeps some stock. One statement."""
    if not viewer.may_somewhere(Permission.STOCK_WRITE):
        return {}
    found = await rows(f"SELECT {_COLUMNS} FROM warehouse w WHERE w.id = ANY($1)", list(ids))
    return {r["id"]: WarehouseFacts(*r) for r in found}
