"""Orders that await their payment, with all that a test asks of them afterwards."""

from dataclasses import dataclass
from uuid import UUID

from domain.cart.lines import CartLineChange, add_cart_line
from domain.cart.open import CreateCart, create_cart
from domain.orders.place import place_order
from domain.orders.queries import facts
from domain.orders.states import OrderState
from domain.shared.database import rows, value
from domain.shared.viewer import Viewer
from tests.factories.goods import Goods, some_goods
from tests.factories.orders import to_place
from tests.factories.people import a_person


@dataclass(frozen=True)
class Bought:
    """A pending order and its order.placed event."""

    order_id: UUID
    event_id: UUID
    buyer: Viewer
    goods: tuple[Goods, ...]


async def bought(*, minor: int = 4_250, buyer: Viewer | None = None, suppliers: int = 1) -> Bought:
    """One unit from each of `suppliers` suppliers, for `minor` cents altogether."""
    buyer = buyer or await a_person()
    share = minor // suppliers
    goods = [
        await some_goods(stock=(5,), prices={"EUR": minor - share * (suppliers - 1) if number == 0 else share})
        for number in range(suppliers)
    ]
    cart_id = await create_cart(buyer, CreateCart("EUR"))
    for one in goods:
        await add_cart_line(buyer, CartLineChange(cart_id, one.variant_id, 1))
    order_id = await place_order(buyer, await to_place(buyer, cart_id))
    return Bought(order_id, await event_of(order_id, "order.placed"), buyer, tuple(goods))


async def supplier_of(goods: Goods) -> Viewer:
    return await a_person("supplier", supplier_id=goods.supplier_id)


async def event_of(subject_id: UUID, kind: str) -> UUID:
    """The id of the subject's newest event of this kind. Fails where there is none."""
    found = await value(
        "SELECT id FROM event WHERE subject_id = $1 AND kind = $2 ORDER BY serial DESC LIMIT 1", subject_id, kind
    )
    assert isinstance(found, UUID), f"no {kind}"
    return found


async def transactions_of(order_id: UUID) -> list[tuple[str, str]]:
    """Kind and state of each call to the provider, in the order of their making."""
    found = await rows(
        """SELECT t.kind, t.state FROM payment_transaction t JOIN payment p ON p.id = t.payment_id
           WHERE p.order_id = $1 ORDER BY t.requested_at, t.id""",
        order_id,
    )
    return [(r["kind"], r["state"]) for r in found]


async def state_of(order_id: UUID) -> OrderState:
    order = await facts(order_id)
    assert order is not None
    return order.state
