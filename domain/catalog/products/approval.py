"""Whether a supplier's product waits for staff. Pure."""

from domain.catalog.products.change import Approval
from domain.identity.access.permissions import Permission
from domain.shared.settings import settings
from domain.shared.viewer import Viewer


def first_approval(viewer: Viewer) -> Approval:
    """Of a product that the viewer makes."""
    if settings().supplier_approval == "never" or viewer.may(Permission.CATALOGUE_WRITE):
        return Approval.APPROVED
    return Approval.WAITING


def approval_after(approval: Approval, viewer: Viewer) -> Approval:
    """Of a product whose content the viewer changes. What was refused waits again once its supplier has changed it."""
    if viewer.may(Permission.CATALOGUE_WRITE):
        return approval
    waits = settings().supplier_approval == "every" or approval is Approval.REFUSED
    return Approval.WAITING if waits else approval
