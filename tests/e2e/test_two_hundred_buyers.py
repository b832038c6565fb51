import asyncio
from collections import Counter

import httpx

from api.ids import encode
from domain.cart.lines import CartLineChange, add_cart_line
from domain.cart.open import CreateCart, create_cart
from domain.cart.queries import cart
from domain.shared.database import row, rows
from tests.api.client import Client, signed_in
from tests.factories.goods import Goods, some_goods, stock_by_movements, stock_of
from tests.factories.people import a_person

BUYERS, UNITS = 200, 50
ADDRESS = {"name": "Ada", "line1": "Long Street 1", "city": "Lübeck", "postcode": "23552", "country": "DE"}
PLACE = "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename ... on Error { code } } }"


async def _ready_to_buy(api: str, first: Goods, second: Goods) -> tuple[Client, dict[str, object]]:
    """A buyer with both goods in the cart, in either order, and what they will send."""
    buyer = await a_person()
    assert buyer.user_id is not None
    cart_id = await create_cart(buyer, CreateCart("EUR"))
    for goods in (first, second) if buyer.user_id.int % 2 else (second, first):
        await add_cart_line(buyer, CartLineChange(cart_id, goods.variant_id, 1))
    found = await cart(buyer, cart_id)
    assert found is not None
    total = {"amount": str(found.quote.total.amount), "currency": "EUR"}
    order: dict[str, object] = {
        "cartId": encode("Cart", cart_id),
        "address": ADDRESS,
        "expectedTotal": total,
        "idempotencyKey": "once",
    }
    return await signed_in(api, buyer), order


async def test_two_hundred_parallel_buyers_of_fifty_units_buy_exactly_fifty(api: str) -> None:
    """The scarce goods lie in three warehouses; every order also has a line of plentiful goods, in random order."""
    scarce, plentiful = await some_goods(stock=(20, 20, 10)), await some_goods(stock=(500,))
    ready = [await _ready_to_buy(api, scarce, plentiful) for _ in range(BUYERS)]

    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=BUYERS)) as http:

        async def buy(client: Client, order: dict[str, object]) -> str:
            body = {"query": PLACE, "variables": {"input": order}}
            answer = (await http.post(f"{api}/graphql", json=body, headers=client.headers())).json()
            assert "errors" not in answer, answer
            outcome: str = answer["data"]["placeOrder"].get("code", "sold")
            return outcome

        outcomes = Counter(await asyncio.gather(*(buy(*each) for each in ready)))

    assert outcomes == {"sold": UNITS, "OUT_OF_STOCK": BUYERS - UNITS}
    assert await stock_of(scarce.variant_id) == await stock_by_movements(scarce.variant_id) == (UNITS, UNITS)
    assert await stock_of(plentiful.variant_id) == (500, UNITS)
    oversold = "SELECT id FROM stock_level WHERE variant_id = ANY($1) AND (reserved < 0 OR on_hand < reserved)"
    negative = await rows(oversold, [scarce.variant_id, plentiful.variant_id])
    assert negative == []
    sold = await row("SELECT sum(quantity)::int AS units FROM order_line WHERE variant_id = $1", scarce.variant_id)
    assert sold is not None
    assert sold["units"] == UNITS
