"""Carts and orders, made through the use cases."""

from uuid import UUID, uuid4

from domain.cart.lines import CartLineChange, add_cart_line
from domain.cart.open import CreateCart, create_cart
from domain.cart.queries import cart
from domain.identity.addresses.addresses import Address
from domain.orders.advance import advance
from domain.orders.place import PlaceOrder, place_order
from domain.orders.states import OrderEvent
from domain.shared.money import Money
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM, Viewer
from tests.factories.goods import Goods

ADDRESS = Address("Test Person", "Long Street 1", "Lübeck", "23552", country="DE")

advance_now = use_case(advance)


async def a_cart(buyer: Viewer, goods: Goods, quantity: int = 1, *, currency: str = "EUR") -> UUID:
    cart_id = await create_cart(buyer, CreateCart(currency))
    return await add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, quantity))


async def to_place(buyer: Viewer, cart_id: UUID, *, key: str | None = None, email: str | None = None) -> PlaceOrder:
    """The command that buys the cart at its total of now; guests give an `email`."""
    found = await cart(buyer, cart_id)
    total = found.quote.total if found else Money(0, "EUR")
    return PlaceOrder(cart_id, ADDRESS, total, key or str(uuid4()), email=email)


async def an_order(
    buyer: Viewer,
    goods: Goods,
    quantity: int = 1,
    *,
    events: tuple[OrderEvent, ...] = (),
    email: str | None = None,
) -> UUID:
    """A placed order, taken through `events` by the platform."""
    cart_id = await a_cart(buyer, goods, quantity)
    order_id = await place_order(buyer, await to_place(buyer, cart_id, email=email))
    for event in events:
        await advance_now(PLATFORM, order_id, event)
    return order_id
