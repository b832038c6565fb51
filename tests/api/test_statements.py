"""No operation's number of SQL statements grows with the size of what it answers or stores."""

import pytest

from api.ids import encode
from domain.cart.lines import CartLineChange, add_cart_line
from domain.cart.open import CreateCart, create_cart
from domain.cart.queries import cart
from domain.orders.states import OrderEvent
from domain.shared.settings import Settings
from domain.shared.viewer import Viewer
from tests.api.operations import execute
from tests.factories.goods import some_goods
from tests.factories.orders import an_order
from tests.factories.people import a_person
from tests.statements import counted_statements

PRODUCTS = """query($first: Int!) { products(first: $first, sort: BEST_SELLING) { pageInfo { endCursor } nodes {
    id slug name description category { slug name } priceFrom { amount formatted }
    variants { id sku options { name value } price { amount } available } } } }"""
ORDERS = """query($first: Int!) { orders(first: $first) { nodes {
    id number state nextEvents total { amount } lines { sku name quantity } } } }"""
ADD_LINE = """mutation($input: CartLineInput!) { addCartLine(input: $input) {
    ... on Cart { version lines { sku } total { minor } } } }"""
PLACE = """mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
    __typename ... on Order { number lines { sku } } } }"""
ADDRESS = {"name": "Ada", "line1": "Long Street 1", "city": "Lübeck", "postcode": "23552", "country": "DE"}


async def test_a_list_of_products_costs_eight_statements_for_one_and_for_fifty(shop: Settings) -> None:
    for _ in range(50):
        await some_goods()

    counts = {}
    for first in (1, 50):
        async with counted_statements(shop) as statements:
            data = await execute(PRODUCTS, first=first)
        assert len(data["products"]["nodes"]) == first
        counts[first] = len(statements)

    assert counts == {1: 8, 50: 8}, "\n".join(statements)


async def test_a_list_of_orders_costs_the_same_for_one_and_for_twenty(shop: Settings) -> None:
    buyer, goods = await a_person(), await some_goods()
    for _ in range(20):
        await an_order(buyer, goods, events=(OrderEvent.PAY,))

    counts = {}
    for first in (1, 20):
        async with counted_statements(shop) as statements:
            data = await execute(ORDERS, buyer, first=first)
        assert len(data["orders"]["nodes"]) == first
        counts[first] = len(statements)

    assert counts == {1: 2, 20: 2}


async def _filled(buyer: Viewer, lines: int) -> tuple[str, str]:
    """A cart's id and its total."""
    cart_id = await create_cart(buyer, CreateCart("EUR"))
    for _ in range(lines):
        await add_cart_line(buyer, CartLineChange(cart_id, (await some_goods()).variant_id, 1))
    found = await cart(buyer, cart_id)
    assert found is not None
    return encode("Cart", cart_id), str(found.quote.total.amount)


@pytest.mark.parametrize("lines", [1, 20])
async def test_adding_a_line_costs_thirteen_statements_whatever_the_cart_holds(shop: Settings, lines: int) -> None:
    buyer, goods = await a_person(), await some_goods()
    cart_id, _ = await _filled(buyer, lines)
    line = {"cartId": cart_id, "variantId": encode("Variant", goods.variant_id), "quantity": 1}

    async with counted_statements(shop) as statements:
        data = await execute(ADD_LINE, buyer, input=line)

    assert len(data["addCartLine"]["lines"]) == lines + 1
    assert len(statements) == 13, "\n".join(statements)


@pytest.mark.parametrize("lines", [1, 20])
async def test_placing_an_order_costs_eighteen_statements_whatever_the_lines(shop: Settings, lines: int) -> None:
    buyer = await a_person()
    cart_id, total = await _filled(buyer, lines)
    order = {
        "cartId": cart_id,
        "address": ADDRESS,
        "expectedTotal": {"amount": total, "currency": "EUR"},
        "idempotencyKey": "once",
    }

    async with counted_statements(shop) as statements:
        data = await execute(PLACE, buyer, input=order)

    assert len(data["placeOrder"]["lines"]) == lines
    assert len(statements) == 18, "\n".join(statements)
