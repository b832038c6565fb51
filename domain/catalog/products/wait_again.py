"""Letting products wait for staff once their suppliers have changed what is told of them elsewhere: texts, for example."""

from collections.abc import Sequence
from uuid import UUID

from domain.catalog.products.approval import approval_after
from domain.catalog.products.change import Approval
from domain.catalog.products.events import ProductWaiting
from domain.shared.database import rows
from domain.shared.outbox import emit_many
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


async def wait_again(viewer: Viewer, product_ids: Sequence[UUID]) -> None:
    """Of these products, which the caller has locked, changed and lists anew, those wait that the setting asks it of.

    Their versions are what the caller has made them. Two statements at most.
    """
    require_transaction("wait_again")
    waiting = [one for one in Approval if approval_after(one, viewer) is Approval.WAITING]
    found = await rows(
        """UPDATE product SET approval = 'waiting', approval_note = NULL
           WHERE id = ANY($1) AND approval = ANY($2) AND approval <> 'waiting' RETURNING id, supplier_id, version""",
        list(product_ids),
        waiting,
    )
    if found:
        await emit_many(
            [
                ProductWaiting(subject_id=one["id"], sequence=one["version"], supplier_id=one["supplier_id"])
                for one in found
            ]
        )
