"""Going to the checkout: from here on, what is in the cart is there to be bought."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.cart.claim import claim, touch
from domain.cart.errors import CartEmpty
from domain.cart.events import CheckoutBegun
from domain.cart.hold import hold
from domain.channels.storefront import selling_storefront
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class BeginCheckout:
    cart_id: UUID
    expected_version: int | None = None
    key: str | None = None


@use_case
async def begin_checkout(viewer: Viewer, command: BeginCheckout) -> UUID:
    """Reserve every line of the viewer's cart for a while, and from then on each line as it changes. Returns its id.

    Beginning again, like every change of the cart, prolongs it. A fixed number of statements, whatever the number of
    lines. Raises NotFound, CartNotOpen, StaleVersion, ChannelClosed, CurrencyNotSold, CartEmpty, OutOfStock.
    """
    if await replayed(viewer, "beginCheckout", command, command.cart_id):
        return command.cart_id
    cart = await claim(viewer, command.cart_id, command.expected_version)
    await selling_storefront(cart.channel, cart.currency)
    held = await hold(cart)
    if held.reserved_until is None:
        raise CartEmpty(cart_id=str(cart.id))
    version = await touch(held)
    after = {"reserved_until": held.reserved_until, "version": version}
    await record(viewer, "beginCheckout", subject=("cart", cart.id), after=after)
    await emit(CheckoutBegun(subject_id=cart.id, sequence=version))
    return cart.id
