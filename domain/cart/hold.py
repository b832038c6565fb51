"""What the lines of a cart hold in the warehouses while its buyer is at the checkout."""

from dataclasses import replace
from datetime import timedelta

from domain.cart.claim import ClaimedCart
from domain.catalog.products.queries import sellable_variants
from domain.channels.storefront import former_storefront
from domain.inventory.reserve import Claim, reserve
from domain.shared.clock import now
from domain.shared.database import rows
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction


async def hold(cart: ClaimedCart) -> ClaimedCart:
    """Let the claimed cart hold all its lines that are for sale, as many as they say, for `reservation_minutes` from now.

    Returns it as `touch` is to store it: with no time when there is nothing to hold. All or nothing: raises OutOfStock.
    """
    require_transaction("hold")
    lines = await rows("SELECT variant_id, quantity FROM cart_line WHERE cart_id = $1", cart.id)
    shop = await former_storefront(cart.channel, cart.currency)
    variants = await sellable_variants([line["variant_id"] for line in lines], shop=shop)
    wanted = {line["variant_id"]: line["quantity"] for line in lines if line["variant_id"] in variants}
    skus = {variant.id: variant.sku for variant in variants.values()}
    until = now() + timedelta(minutes=settings().reservation_minutes)
    await reserve(Claim(cart.id, expires_at=until), wanted, skus, channel=cart.channel)
    return replace(cart, reserved_until=until if wanted else None)


async def prolonged(cart: ClaimedCart) -> ClaimedCart:
    """The cart as it is; at the checkout, what its lines say now is held, for as long as if it had begun now."""
    if cart.reserved_until is None or cart.reserved_until <= now():
        return cart
    return await hold(cart)
