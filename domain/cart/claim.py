"""Taking hold of a cart for a change."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.cart.errors import CartNotOpen
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.errors import StaleVersion, not_found
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class ClaimedCart:
    """`reserved_until` lies in the past when the checkout was begun and left; without a checkout it is None."""

    id: UUID
    buyer_id: UUID
    channel: str
    currency: str
    version: int
    reserved_until: datetime | None = None


async def claim(viewer: Viewer, cart_id: UUID, expected_version: int | None) -> ClaimedCart:
    """Lock the viewer's open cart until the transaction ends.

    Raises NotFound (also for somebody else's cart), CartNotOpen, StaleVersion when `expected_version` is given and past.
    """
    require_transaction("claim")
    buyer_id = viewer.signed_in()
    found = await row(
        """SELECT id, buyer_id, channel, currency, version, reserved_until, state FROM cart
           WHERE id = $1 AND buyer_id = $2 FOR UPDATE""",
        cart_id,
        buyer_id,
    )
    if found is None:
        raise not_found("Cart", cart_id)
    if found["state"] != "open":
        raise CartNotOpen(cart_id=str(cart_id))
    if expected_version is not None and expected_version != found["version"]:
        raise StaleVersion(expected=expected_version, current=found["version"])
    *known, _state = found
    return ClaimedCart(*known)


async def touch(cart: ClaimedCart, *, state: str = "open") -> int:
    """Store that the claimed cart changed, and until when its lines are reserved. Returns its new version."""
    await run(
        "UPDATE cart SET version = $2, updated_at = $3, state = $4, reserved_until = $5 WHERE id = $1",
        cart.id,
        cart.version + 1,
        now(),
        state,
        cart.reserved_until,
    )
    return cart.version + 1
