"""Whose products' pictures somebody may change."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.catalog.products.approval import approval_after
from domain.catalog.products.change import Approval
from domain.catalog.products.events import ProductWaiting
from domain.identity.access.permissions import Permission
from domain.shared.clock import now
from domain.shared.database import rows
from domain.shared.errors import not_found
from domain.shared.outbox import emit_many
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class Owner:
    """A product whose pictures the viewer may change."""

    id: UUID
    supplier_id: UUID
    approval: str


async def owners(viewer: Viewer, product_ids: Sequence[UUID]) -> dict[UUID, Owner]:
    """Those of the products whose pictures the viewer may change. Raises NotSignedIn or NotAllowed for who may none's."""
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    found = await rows("SELECT id, supplier_id, approval FROM product WHERE id = ANY($1)", list(product_ids))
    return _changeable(viewer, [Owner(**one) for one in found])


async def locked_owners(viewer: Viewer, product_ids: Sequence[UUID]) -> dict[UUID, Owner]:
    """As `owners`, and locks them in the order of their ids."""
    require_transaction("locked_owners")
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    found = await rows(
        "SELECT id, supplier_id, approval FROM product WHERE id = ANY($1) ORDER BY id FOR UPDATE", list(product_ids)
    )
    return _changeable(viewer, [Owner(**one) for one in found])


async def locked_owner(viewer: Viewer, product_id: UUID) -> Owner:
    """Raises NotSignedIn, NotAllowed, and NotFound also for somebody else's."""
    found = (await locked_owners(viewer, [product_id])).get(product_id)
    if found is None:
        raise not_found("Product", product_id)
    return found


async def let_wait(viewer: Viewer, changed: Sequence[Owner]) -> list[UUID]:
    """Where a setting asks for it, products that their suppliers have changed wait to be approved anew. Returns those that
    begin to; their listings must be refreshed."""
    waiting = [
        one.id
        for one in changed
        if approval_after(Approval(one.approval), viewer) is Approval.WAITING and one.approval != Approval.WAITING
    ]
    if not waiting:
        return []
    found = await rows(
        """UPDATE product SET approval = 'waiting', approval_note = NULL, version = version + 1, updated_at = $2
           WHERE id = ANY($1)
           RETURNING id, supplier_id, version""",
        waiting,
        now(),
    )
    await emit_many(
        [ProductWaiting(subject_id=one["id"], sequence=one["version"], supplier_id=one["supplier_id"]) for one in found]
    )
    return waiting


def _changeable(viewer: Viewer, found: Sequence[Owner]) -> dict[UUID, Owner]:
    permission = Permission.CATALOGUE_WRITE
    return {one.id: one for one in found if viewer.may_for(permission, suppliers=frozenset({one.supplier_id}))}
