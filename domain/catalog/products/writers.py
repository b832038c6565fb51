"""Whose products somebody may write, and so sees whether they are on sale or not. Pure."""

from uuid import UUID

from domain.identity.access.permissions import Permission
from domain.shared.viewer import Viewer


def written_by(viewer: Viewer) -> tuple[bool, list[UUID]]:
    """Whether the viewer may write something of every product, and else of which suppliers.

    Who may write in one channel only may publish there, and sees what there is to publish.
    """
    limits = viewer.limited(Permission.CATALOGUE_WRITE)
    everything = viewer.may(Permission.CATALOGUE_WRITE) or any(one.supplier_id is None for one in limits)
    return everything, [one.supplier_id for one in limits if one.supplier_id is not None]


def writes_for(viewer: Viewer, supplier_id: UUID) -> bool:
    everything, suppliers = written_by(viewer)
    return everything or supplier_id in suppliers
