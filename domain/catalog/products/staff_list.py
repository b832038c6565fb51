"""Products as who writes them looks for them, on sale or not."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.catalog.products.change import Approval, PublicationStatus
from domain.catalog.products.writers import written_by
from domain.identity.access.permissions import Permission
from domain.shared.database import rows
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class StaffFilter:
    """Every condition given must hold. `status` is that in `channel`, or in some channel; a product that was never
    published in a channel is draft there. `text` is part of a name, or the beginning of a SKU, slug or external id."""

    status: PublicationStatus | None = None
    channel: str | None = None
    approval: Approval | None = None
    supplier_id: UUID | None = None
    category_id: UUID | None = None
    product_type: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class StaffListed:
    id: UUID
    updated_at: datetime


async def staff_products(
    viewer: Viewer, wanted: StaffFilter, *, first: int, after: tuple[datetime, UUID] | None
) -> list[StaffListed]:
    """A page of the products that the viewer may write, those changed last first, behind the key `after`. One statement.

    Raises NotSignedIn or NotAllowed for who may write none.
    """
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    everything, suppliers = written_by(viewer)
    moment, product_id = after or (None, None)
    found = await rows(
        """SELECT p.id, p.updated_at FROM product p
           WHERE ($1 OR p.supplier_id = ANY($2)) AND ($3::uuid IS NULL OR p.supplier_id = $3)
             AND ($4::text IS NULL OR p.approval = $4) AND ($5::uuid IS NULL OR p.category_id = $5)
             AND ($6::text IS NULL OR p.product_type_id = (SELECT id FROM product_type WHERE code = $6))
             AND ($7::text IS NULL OR EXISTS (
                   SELECT FROM channel c
                   LEFT JOIN publication u ON u.channel = c.name AND u.product_id = p.id
                   WHERE ($8::text IS NULL OR c.name = $8) AND coalesce(u.status, 'draft') = $7))
             AND ($9::text IS NULL OR p.id IN (
                   SELECT owner_id FROM catalog_text
                   WHERE owner_kind = 'product' AND field = 'name' AND value ILIKE '%' || $9
                   UNION ALL SELECT product_id FROM variant WHERE lower(sku) LIKE lower($9)
                   UNION ALL SELECT id FROM product WHERE slug LIKE lower($9) OR external_id ILIKE $9))
             AND ($10::timestamptz IS NULL OR (p.updated_at, p.id) < ($10, $11::uuid))
           ORDER BY p.updated_at DESC, p.id DESC LIMIT $12""",
        everything,
        suppliers,
        wanted.supplier_id,
        wanted.approval,
        wanted.category_id,
        wanted.product_type,
        wanted.status,
        wanted.channel,
        _beginning(wanted.text),
        moment,
        product_id,
        first,
    )
    return [StaffListed(*one) for one in found]


def _beginning(text: str | None) -> str | None:
    if not text:
        return None
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
