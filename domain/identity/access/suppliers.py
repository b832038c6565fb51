"""Who supplies the shop, for those who may know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.identity.access.permissions import Permission
from domain.shared.database import rows, value
from domain.shared.viewer import Viewer

_COLUMNS = "id, code, name, country, version, created_at"


@dataclass(frozen=True)
class SupplierFacts:
    id: UUID
    code: str
    name: str
    country: str
    version: int
    created_at: datetime


async def supplier_exists(supplier_id: UUID) -> bool:
    return bool(await value("SELECT EXISTS (SELECT FROM supplier WHERE id = $1)", supplier_id))


async def supplier_id_of(code: str) -> UUID | None:
    found: UUID | None = await value("SELECT id FROM supplier WHERE code = $1", code)
    return found


async def suppliers_by_id(viewer: Viewer, supplier_ids: Sequence[UUID]) -> dict[UUID, SupplierFacts]:
    """Those of `supplier_ids` that the viewer may see. One statement."""
    seen = [one for one in supplier_ids if may_see(viewer, one)]
    found = await rows(f"SELECT {_COLUMNS} FROM supplier WHERE id = ANY($1)", seen)
    return {one["id"]: SupplierFacts(**one) for one in found}


async def suppliers(viewer: Viewer, *, first: int, after: tuple[str, UUID] | None) -> list[SupplierFacts]:
    """A page of the suppliers that the viewer may see, by name, behind the key `after`. One statement.

    Raises NotSignedIn or NotAllowed for who may see none.
    """
    viewer.require_somewhere(Permission.SUPPLIERS_READ)
    name, supplier_id = after or (None, None)
    found = await rows(
        f"""SELECT {_COLUMNS} FROM supplier
            WHERE ($1::uuid[] IS NULL OR id = ANY($1)) AND ($2::text IS NULL OR (name, id) > ($2, $3::uuid))
            ORDER BY name, id LIMIT $4""",
        _seen(viewer),
        name,
        supplier_id,
        first,
    )
    return [SupplierFacts(**one) for one in found]


def may_see(viewer: Viewer, supplier_id: UUID) -> bool:
    return viewer.may_for(Permission.SUPPLIERS_READ, suppliers=frozenset({supplier_id}))


def _seen(viewer: Viewer) -> list[UUID] | None:
    """None: all of them. Suppliers belong to no channel, so who is limited to one sees none."""
    if viewer.may(Permission.SUPPLIERS_READ):
        return None
    limits = viewer.limited(Permission.SUPPLIERS_READ)
    return [one.supplier_id for one in limits if one.supplier_id is not None and one.channel is None]
