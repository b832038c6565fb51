"""What becomes of guests when somebody confirms the address that they gave: what they bought finds a new owner.

These are operations of a claim (`domain/orders/claim_guest_orders.py`), in its transaction.
"""

from collections.abc import Sequence
from uuid import UUID

from domain.audit.record import record
from domain.identity.events import UserErased
from domain.identity.personal import destroy_person_key
from domain.identity.privacy.consent import carry_over_refusals
from domain.identity.privacy.end_copies import end_copies
from domain.identity.sessions.sessions import end_sessions_of
from domain.shared.clock import now
from domain.shared.database import rows, value
from domain.shared.idempotency import forget_keys_of
from domain.shared.outbox import emit
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

MAX_AT_ONCE = 100


async def claimable_guests(owner_id: UUID) -> list[UUID]:
    """Guests who gave the address that this person has confirmed, the longest there first, 100 at most; locked.

    Whoever of them places an order at the same moment is waited for, or finds out that they are no more.
    """
    require_transaction("claimable_guests")
    confirmed: str | None = await value(
        "SELECT email_hash FROM users WHERE id = $1 AND NOT is_guest FOR NO KEY UPDATE", owner_id
    )
    if confirmed is None:
        return []
    found = await rows(
        """SELECT id FROM users WHERE contact_hash = $1 AND is_guest AND erased_at IS NULL
           ORDER BY id LIMIT $2 FOR UPDATE""",
        confirmed,
        MAX_AT_ONCE,
    )
    return [one["id"] for one in found]


async def dissolve_guests(viewer: Viewer, guest_ids: Sequence[UUID]) -> None:
    """Forget the guests, whose orders are the viewer's: their keys are destroyed, their devices signed out.

    What they refused the viewer has refused; copies of their data end. What was learned about them goes with
    user.erased.
    """
    require_transaction("dissolve_guests")
    await carry_over_refusals(viewer, guest_ids, viewer.account())
    for guest_id in guest_ids:
        await end_sessions_of(viewer, guest_id, "guest_claimed")
        await forget_keys_of(guest_id)
        await end_copies(guest_id)
        await destroy_person_key(guest_id)
        version = await value(
            """UPDATE users SET contact_hash = NULL, contact_sealed = NULL, country = NULL, erased_at = $2,
                                version = version + 1
               WHERE id = $1 RETURNING version""",
            guest_id,
            now(),
        )
        await record(viewer, "dissolveGuest", subject=("user", guest_id))
        await emit(UserErased(subject_id=guest_id, sequence=version))
