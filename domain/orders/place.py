"""From an open cart to an order that awaits payment."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from uuid import UUID

from domain.audit.record import record
from domain.cart.claim import ClaimedCart, claim, touch
from domain.cart.errors import CartEmpty
from domain.cart.queries import priced_lines
from domain.catalog.products.queries import SellableVariant
from domain.channels.countries import require_served
from domain.channels.storefront import selling_storefront
from domain.identity.accounts.guests import checked_contact, keep_contact
from domain.identity.addresses.address_book import entry_of
from domain.identity.addresses.addresses import Address, checked_address
from domain.identity.personal import PersonKey, person_key
from domain.inventory.reserve import Claim, reserve
from domain.orders.delivery_addresses import seal_address
from domain.orders.errors import TotalChanged
from domain.orders.events import OrderPlaced
from domain.orders.states import OrderState
from domain.pricing.quote import Quote
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.errors import InvalidInput, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.money import Money
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class PlaceOrder:
    """Either `address` or `address_id`, an entry of the buyer's address book; `email` from guests, and only from them."""

    cart_id: UUID
    address: Address | None
    expected_total: Money
    key: str | None
    expected_version: int | None = None
    address_id: UUID | None = None
    email: str | None = field(default=None, repr=False)


@use_case
async def place_order(viewer: Viewer, command: PlaceOrder) -> UUID:
    """Turn the viewer's open cart into an order awaiting payment, its stock reserved. Returns the order's id.

    Raises NotFound, CartNotOpen, CartEmpty, StaleVersion, ChannelClosed, CurrencyNotSold, CountryNotServed, TotalChanged,
    OutOfStock, PriceMissing, InvalidInput, IdempotencyKeyReused. A fixed number of statements, whatever the number of
    lines.
    """
    order_id, command = new_id(), _checked(viewer, command)
    if earlier := await replayed(viewer, "placeOrder", command, order_id):
        return earlier
    buyer_key = await _buyer_key(viewer, command)
    address = command.address or await _kept_address(buyer_key, command)
    cart = await claim(viewer, command.cart_id, command.expected_version)
    shop = await selling_storefront(cart.channel, cart.currency, viewer.accepted)
    await require_served(shop.channel, address.country)
    quote, variants = await priced_lines(cart.id, shop)
    _require_expected(quote, command)
    wanted = {line.variant_id: line.quantity for line in quote.lines}
    skus = {variant.id: variant.sku for variant in variants.values()}
    claim_of_order = Claim(order_id, taking_over=cart.id if cart.reserved_until else None)
    await reserve(claim_of_order, wanted, skus, channel=cart.channel)
    await _store_order(order_id, cart, quote.total, address=address, key=buyer_key)
    await _store_lines(order_id, quote, variants)
    await touch(cart, state="ordered")
    after = {"state": OrderState.PENDING, "total_minor": quote.total.minor, "currency": quote.total.currency}
    await record(viewer, "placeOrder", subject=("order", order_id), after=after)
    await emit(OrderPlaced(subject_id=order_id, sequence=1))
    return order_id


def _checked(viewer: Viewer, command: PlaceOrder) -> PlaceOrder:
    viewer.signed_in()
    if (command.address is None) == (command.address_id is None):
        raise InvalidInput(field="address", rule="either", limit="address, addressId")
    address = None if command.address is None else checked_address(command.address)
    return replace(command, address=address, email=checked_contact(viewer, command.email))


async def _buyer_key(viewer: Viewer, command: PlaceOrder) -> PersonKey:
    """A guest's row is locked before the cart, as by who claims the guest's orders."""
    key = await person_key(viewer.signed_in())
    if key is None:
        raise not_found("User", viewer.signed_in())
    if command.email is not None:
        await keep_contact(key, command.email)
    return key


async def _kept_address(key: PersonKey, command: PlaceOrder) -> Address:
    assert command.address_id is not None
    entry = await entry_of(key.person_id, key, command.address_id)
    if entry is None:
        raise not_found("AddressEntry", command.address_id)
    return entry.address


def _require_expected(quote: Quote, command: PlaceOrder) -> None:
    if not quote.lines:
        raise CartEmpty(cart_id=str(command.cart_id))
    if quote.total != command.expected_total:
        raise TotalChanged(expected_total=command.expected_total, current_total=quote.total)


async def _store_order(order_id: UUID, cart: ClaimedCart, total: Money, *, address: Address, key: PersonKey) -> None:
    await run(
        """INSERT INTO orders (id, buyer_id, cart_id, state, version, currency, total_minor, channel, country,
                               address_sealed, source, placed_at, updated_at)
           VALUES ($1, $2, $3, 'pending', 1, $4, $5, $6, $7, $8, 'shop', $9, $9)""",
        order_id,
        cart.buyer_id,
        cart.id,
        total.currency,
        total.minor,
        cart.channel,
        address.country,
        seal_address(key, asdict(address)),
        now(),
    )


async def _store_lines(order_id: UUID, quote: Quote, variants: Mapping[UUID, SellableVariant]) -> None:
    bought = [variants[line.variant_id] for line in quote.lines]
    await run(
        """INSERT INTO order_line (id, order_id, position, variant_id, product_id, supplier_id, sku, name, quantity,
                                   returned, unit_minor, total_minor)
           SELECT gen_random_uuid(), $1, l.position, l.variant_id, l.product_id, l.supplier_id, l.sku, l.name,
                  l.quantity, 0, l.unit_minor, l.total_minor
           FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::int[], $8::bigint[], $9::bigint[])
             WITH ORDINALITY
             AS l(variant_id, product_id, supplier_id, sku, name, quantity, unit_minor, total_minor, position)""",
        order_id,
        [variant.id for variant in bought],
        [variant.product_id for variant in bought],
        [variant.supplier_id for variant in bought],
        [variant.sku for variant in bought],
        [variant.product_name for variant in bought],
        [line.quantity for line in quote.lines],
        [line.unit.minor for line in quote.lines],
        [line.total.minor for line in quote.lines],
    )
