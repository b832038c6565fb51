"""A fresh cart."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.channels.storefront import storefront
from domain.identity.privacy.not_erased import require_not_erased
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class CreateCart:
    """Without a channel: in the shop's first one. Without a currency: in the channel's first one."""

    currency: str | None = None
    channel: str | None = None
    key: str | None = None


@use_case
async def create_cart(viewer: Viewer, command: CreateCart) -> UUID:
    """Open an empty cart for the viewer. Raises NotSignedIn, CurrencyNotSold, and InvalidInput for a channel that there is
    not, or not any more."""
    buyer_id, cart_id = viewer.signed_in(), new_id()
    shop = await storefront(command.channel, command.currency)
    await require_not_erased(buyer_id)
    if earlier := await replayed(viewer, "createCart", command, cart_id):
        return earlier
    await run(
        """INSERT INTO cart (id, buyer_id, channel, currency, state, version, created_at, updated_at)
           VALUES ($1, $2, $3, $4, 'open', 1, $5, $5)""",
        cart_id,
        buyer_id,
        shop.channel,
        shop.currency,
        now(),
    )
    after = {"currency": shop.currency, "channel": shop.channel}
    await record(viewer, "createCart", subject=("cart", cart_id), after=after)
    return cart_id
