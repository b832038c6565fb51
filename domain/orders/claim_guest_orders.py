"""Orders that somebody placed as a guest, claimed by who has confirmed the address that the guest gave."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.cart.hand_over import hand_over_carts
from domain.identity.accounts.guest_claims import claimable_guests, dissolve_guests
from domain.identity.personal import PersonKey, person_keys
from domain.orders.delivery_addresses import open_address, seal_address
from domain.orders.events import OrderClaimed
from domain.shared.clock import now
from domain.shared.database import rows, run_many
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class _Order:
    id: UUID
    buyer_id: UUID
    state: str
    version: int
    address_sealed: str | None


@use_case
async def claim_guest_orders(viewer: Viewer) -> list[UUID]:
    """Make every order of the guests who gave the viewer's confirmed address the viewer's own. Returns their ids.

    All at once or nothing; again, or twice at once, finds nothing left. Delivery addresses are sealed anew under the
    viewer's key, each order takes one more version and tells of it, and of the guests nothing personal stays. Of many
    guests, 100 are claimed at a time. Raises NotSignedIn; NotAllowed for guests and applications.
    """
    owner_id = viewer.account()
    guests = await claimable_guests(owner_id)
    if not guests:
        return []
    keys = await person_keys([owner_id, *guests])
    await hand_over_carts(guests, owner_id)
    found = await rows(
        """SELECT id, buyer_id, state, version, address_sealed FROM orders WHERE buyer_id = ANY($1)
           ORDER BY id FOR UPDATE""",
        guests,
    )
    claimed = [_Order(**one) for one in found]
    await _store(claimed, keys[owner_id], keys)
    for one in claimed:
        await _tell(viewer, one)
    await dissolve_guests(viewer, guests)
    return [one.id for one in claimed]


async def _store(claimed: list[_Order], owner: PersonKey, keys: Mapping[UUID, PersonKey]) -> None:
    await run_many(
        "UPDATE orders SET buyer_id = $2, address_sealed = $3, version = version + 1, updated_at = $4 WHERE id = $1",
        [(one.id, owner.person_id, _sealed_anew(one, owner, keys.get(one.buyer_id)), now()) for one in claimed],
    )


def _sealed_anew(order: _Order, owner: PersonKey, guest: PersonKey | None) -> str | None:
    address = open_address(guest, order.address_sealed)
    return None if address is None else seal_address(owner, address)


async def _tell(viewer: Viewer, order: _Order) -> None:
    await record(
        viewer,
        "claimGuestOrder",
        subject=("order", order.id),
        before={"buyer_id": order.buyer_id},
        after={"buyer_id": viewer.user_id},
    )
    await emit(OrderClaimed(subject_id=order.id, sequence=order.version + 1, state=order.state))
