"""Reading carts, with what they would cost now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.catalog.products.queries import SellableVariant, sellable_variants
from domain.channels.storefront import Storefront, former_storefront
from domain.pricing.errors import PriceMissing
from domain.pricing.queries import prices
from domain.pricing.quote import LineToQuote, Quote, quote
from domain.shared.clock import now
from domain.shared.database import row, rows
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class CartFacts:
    """`reserved_until` is None when the cart is not at the checkout, or not any more."""

    id: UUID
    channel: str
    currency: str
    state: str
    version: int
    updated_at: datetime
    reserved_until: datetime | None
    quote: Quote
    variants: dict[UUID, SellableVariant]


async def cart(viewer: Viewer, cart_id: UUID) -> CartFacts | None:
    """The viewer's own cart, priced at this moment; None for any other. Four statements.

    Lines whose product is no longer live are left out. Raises PriceMissing.
    """
    found = await row(
        """SELECT id, channel, currency, state, version, updated_at,
                  CASE WHEN state = 'open' AND reserved_until > $3 THEN reserved_until END AS reserved_until
           FROM cart WHERE id = $1 AND buyer_id = $2""",
        cart_id,
        viewer.user_id,
        now(),
    )
    if found is None:
        return None
    shop = await former_storefront(found["channel"], found["currency"], viewer.accepted)
    priced, variants = await priced_lines(found["id"], shop)
    return CartFacts(**dict(found), quote=priced, variants=variants)


async def priced_lines(cart_id: UUID, shop: Storefront) -> tuple[Quote, dict[UUID, SellableVariant]]:
    """The quote of the cart's lines now, in the order in which they were added, and the variants by id."""
    lines = await rows("SELECT variant_id, quantity FROM cart_line WHERE cart_id = $1 ORDER BY id", cart_id)
    wanted = [line["variant_id"] for line in lines]
    variants = await sellable_variants(wanted, shop=shop)
    unit = await prices(wanted, shop.currency)
    sellable = [(variants[line["variant_id"]], line["quantity"]) for line in lines if line["variant_id"] in variants]
    _require_prices([variant for variant, _ in sellable], unit.keys(), shop.currency)
    to_quote = [LineToQuote(variant.id, quantity, unit[variant.id]) for variant, quantity in sellable]
    return quote(to_quote, shop.currency), variants


def _require_prices(variants: Sequence[SellableVariant], priced: Collection[UUID], currency: str) -> None:
    for variant in variants:
        if variant.id not in priced:
            raise PriceMissing(sku=variant.sku, currency=currency)
