"""Changing what is in a cart. Each change locks the cart, so none is lost; a version, where given, refuses a stale one."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.cart.claim import ClaimedCart, claim, touch
from domain.cart.errors import CartFull
from domain.cart.hold import prolonged
from domain.catalog.products.queries import sellable_variants
from domain.channels.storefront import selling_storefront
from domain.pricing.errors import PriceMissing
from domain.pricing.queries import prices
from domain.shared.database import row, run
from domain.shared.errors import InvalidInput, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

MAX_QUANTITY = 10_000
MAX_LINES = 200


@dataclass(frozen=True)
class CartLineChange:
    """Units of a variant: to add to the line, or to be the line's quantity, as the use case says."""

    cart_id: UUID
    variant_id: UUID
    quantity: int
    expected_version: int | None = None
    key: str | None = None


@use_case
async def add_cart_line(viewer: Viewer, command: CartLineChange) -> UUID:
    """Add units of a variant to the cart and return its id.

    Raises NotFound, CartNotOpen, StaleVersion, CartFull, ChannelClosed, CurrencyNotSold, PriceMissing, and InvalidInput
    when the line would leave 1 to 10,000.
    """
    _require(1 <= command.quantity <= MAX_QUANTITY, f"1..{MAX_QUANTITY}")
    return await _change(viewer, "addCartLine", command, lambda held: held + command.quantity)


@use_case
async def change_cart_line(viewer: Viewer, command: CartLineChange) -> UUID:
    """Set the quantity of a variant's line, 0 to remove it, and return the cart's id. Raises like `add_cart_line`."""
    _require(0 <= command.quantity <= MAX_QUANTITY, f"0..{MAX_QUANTITY}")
    return await _change(viewer, "changeCartLine", command, lambda _: command.quantity)


async def _change(viewer: Viewer, action: str, command: CartLineChange, quantity_from: Callable[[int], int]) -> UUID:
    if await replayed(viewer, action, command, command.cart_id):
        return command.cart_id
    cart = await claim(viewer, command.cart_id, command.expected_version)
    if command.quantity > 0:
        await _require_for_sale(command.variant_id, cart)
    held, lines = await _held(cart.id, command.variant_id)
    quantity = quantity_from(held)
    if held == quantity == 0:
        raise not_found("Variant", command.variant_id)
    _require(quantity <= MAX_QUANTITY, f"1..{MAX_QUANTITY}")
    if held == 0 and quantity > 0 and lines >= MAX_LINES:
        raise CartFull(max_lines=MAX_LINES)
    await _store(cart.id, command.variant_id, quantity)
    version = await touch(await prolonged(cart))
    change = {"variant_id": command.variant_id, "version": version}
    await record(
        viewer, action, subject=("cart", cart.id), before={"quantity": held}, after={"quantity": quantity, **change}
    )
    return cart.id


def _require(holds: bool, limit: str) -> None:  # noqa: FBT001 # reads as the sentence that it is
    if not holds:
        raise InvalidInput(field="quantity", rule="range", limit=limit)


async def _require_for_sale(variant_id: UUID, cart: ClaimedCart) -> None:
    found = await sellable_variants([variant_id], shop=await selling_storefront(cart.channel, cart.currency))
    if not found:
        raise not_found("Variant", variant_id)
    if not await prices([variant_id], cart.currency):
        raise PriceMissing(sku=found[variant_id].sku, currency=cart.currency)


async def _held(cart_id: UUID, variant_id: UUID) -> tuple[int, int]:
    found = await row(
        """SELECT coalesce(sum(quantity) FILTER (WHERE variant_id = $2), 0)::int AS held, count(*)::int AS lines
           FROM cart_line WHERE cart_id = $1""",
        cart_id,
        variant_id,
    )
    assert found is not None
    return found["held"], found["lines"]


async def _store(cart_id: UUID, variant_id: UUID, quantity: int) -> None:
    if quantity == 0:
        await run("DELETE FROM cart_line WHERE cart_id = $1 AND variant_id = $2", cart_id, variant_id)
        return
    await run(
        """INSERT INTO cart_line (id, cart_id, variant_id, quantity) VALUES ($1, $2, $3, $4)
           ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = excluded.quantity""",
        new_id(),
        cart_id,
        variant_id,
        quantity,
    )
