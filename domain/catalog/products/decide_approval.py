"""Staff let a supplier's product be on sale, or do not."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.products.change import Approval
from domain.catalog.products.errors import NotWaitingForApproval
from domain.catalog.products.events import ProductApproved, ProductRefused
from domain.identity.access.permissions import Permission
from domain.shared.clock import now
from domain.shared.database import row, run, value
from domain.shared.errors import InvalidInput, StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.printable import printable_line
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class DecideApproval:
    """`note` tells the supplier why the product is refused."""

    product_id: UUID
    note: str = ""
    expected_version: int | None = None
    key: str | None = None


@use_case
async def approve_product(viewer: Viewer, command: DecideApproval) -> UUID:
    """From now on the product is on sale wherever it is live. Also one that was refused before.

    With `expected_version` nobody approves what the supplier has changed meanwhile, nor ever a picture that nobody has
    seen: while some are still being fetched or made, the answer is InvalidInput by the rule "picturesWaiting". Raises
    NotSignedIn, NotAllowed, NotFound, StaleVersion, NotWaitingForApproval, IdempotencyKeyReused.
    """
    return await _decide(viewer, "approveProduct", command, Approval.APPROVED)


@use_case
async def refuse_product(viewer: Viewer, command: DecideApproval) -> UUID:
    """The product is not on sale until it is approved; once its supplier has changed it, it waits again.

    Raises as `approve_product` does, and InvalidInput for a note that nobody can read.
    """
    return await _decide(viewer, "refuseProduct", command, Approval.REFUSED)


async def _decide(viewer: Viewer, action: str, command: DecideApproval, approval: Approval) -> UUID:
    viewer.require(Permission.CATALOGUE_WRITE)
    if await replayed(viewer, action, command, command.product_id):
        return command.product_id
    note = printable_line(command.note, field="note", longest=1_000, shortest=1 if approval is Approval.REFUSED else 0)
    found = await row("SELECT approval, supplier_id, version FROM product WHERE id = $1 FOR UPDATE", command.product_id)
    if found is None:
        raise not_found("Product", command.product_id)
    if command.expected_version not in {None, found["version"]}:
        raise StaleVersion(expected=command.expected_version or 0, current=found["version"])
    if found["approval"] == approval:
        raise NotWaitingForApproval(approval=approval)
    if approval is Approval.APPROVED:
        await _require_pictures_made(command.product_id)
    version = found["version"] + 1
    await run(
        "UPDATE product SET approval = $2, approval_note = $3, version = $4, updated_at = $5 WHERE id = $1",
        command.product_id,
        approval,
        note or None,
        version,
        now(),
    )
    before, after = {"approval": found["approval"]}, {"approval": approval, "version": version}
    await record(viewer, action, subject=("product", command.product_id), before=before, after=after)
    event = ProductApproved if approval is Approval.APPROVED else ProductRefused
    await emit(event(subject_id=command.product_id, sequence=version, supplier_id=found["supplier_id"]))
    await refresh_listings([command.product_id])
    return command.product_id


async def _require_pictures_made(product_id: UUID) -> None:
    """What an address answers with tomorrow is its owner's choice."""
    waiting: int = await value("SELECT count(*) FROM media WHERE product_id = $1 AND state = 'waiting'", product_id)
    if waiting:
        raise InvalidInput(field="productId", rule="picturesWaiting", limit=str(waiting))
