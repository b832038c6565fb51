import asyncio
from typing import Any

from domain.cart.lines import CartLineChange, add_cart_line
from domain.fulfilment.ship import ShipOrder, ship_order
from domain.orders.place import place_order
from domain.orders.states import OrderEvent
from domain.shared.viewer import PLATFORM
from tests.api.client import Client, signed_in
from tests.factories.goods import Goods, some_goods
from tests.factories.orders import a_cart, advance_now, an_order, to_place
from tests.factories.people import a_person, a_supplier

CREATE_CART = (
    "mutation($c: String!) { createCart(input: {currency: $c}) { ... on Cart { id version } ... on Error { code } } }"
)
ADD_LINE = """mutation($input: CartLineInput!) { addCartLine(input: $input) {
    ... on Cart { version total { amount currency minor formatted } lines { sku quantity unitPrice { amount } } }
    ... on Error { code message } ... on InvalidInputError { field rule limit } ... on StaleVersionError { current } } }"""
PLACE = """mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
    __typename
    ... on Order { id number state version total { amount } nextEvents lines { sku quantity total { amount } } }
    ... on Error { code message } ... on InvalidInputError { field rule }
    ... on OutOfStockError { sku requested available }
    ... on TotalChangedError { expectedTotal { amount } currentTotal { amount } } } }"""
ADDRESS = {"name": "Ada", "line1": "Long Street 1", "city": "Lübeck", "postcode": "23552", "country": "DE"}


async def _cart(buyer: Client, goods: Goods, quantity: int = 2) -> str:
    cart_id: str = (await buyer.ask(CREATE_CART, c="EUR"))["createCart"]["id"]
    await buyer.ask(
        ADD_LINE, input={"cartId": cart_id, "variantId": await _variant_id(buyer, goods), "quantity": quantity}
    )
    return cart_id


async def _variant_id(client: Client, goods: Goods) -> str:
    data = await client.ask("query($s: String!) { product(slug: $s) { variants { id } } }", s=goods.slug)
    found: str = data["product"]["variants"][0]["id"]
    return found


def _place(cart_id: str, amount: str, key: str = "key", **more: Any) -> dict[str, Any]:
    total = {"amount": amount, "currency": "EUR"}
    return {"cartId": cart_id, "address": ADDRESS, "expectedTotal": total, "idempotencyKey": key} | more


async def test_a_cart_becomes_an_order(api: str) -> None:
    buyer, goods = await signed_in(api, await a_person()), await some_goods()
    cart_id = await _cart(buyer, goods)

    placed = (await buyer.ask(PLACE, input=_place(cart_id, "25.00")))["placeOrder"]

    assert placed | {"id": "", "number": ""} == {
        "__typename": "Order",
        "id": "",
        "number": "",
        "state": "PENDING",
        "version": 1,
        "total": {"amount": "25.00"},
        "nextEvents": ["CANCEL"],
        "lines": [{"sku": goods.sku, "quantity": 2, "total": {"amount": "25.00"}}],
    }


async def test_refusals_are_members_of_the_union_in_the_callers_language(api: str) -> None:
    person, goods = await a_person(), await some_goods(stock=(1,))
    buyer = await signed_in(api, person, language="zh-CN")
    cart_id = await _cart(buyer, goods)

    refused = (await buyer.ask(PLACE, input=_place(cart_id, "25.00")))["placeOrder"]
    moved = (await buyer.ask(PLACE, input=_place(cart_id, "24.99", "other")))["placeOrder"]

    assert (refused["__typename"], refused["requested"], refused["available"]) == ("OutOfStockError", 2, 1)
    assert "库存不足" in refused["message"]
    assert (moved["code"], moved["currentTotal"], moved["expectedTotal"]) == (
        "TOTAL_CHANGED",
        {"amount": "25.00"},
        {"amount": "24.99"},
    )


async def test_the_same_key_twenty_times_at_once_gives_one_order_and_twenty_equal_answers(api: str) -> None:
    buyer, goods = await signed_in(api, await a_person()), await some_goods()
    cart_id = await _cart(buyer, goods)

    answers = await asyncio.gather(*(buyer.post(PLACE, input=_place(cart_id, "25.00")) for _ in range(20)))

    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["data"]["placeOrder"]["__typename"] == "Order"
    orders = await buyer.ask("{ orders(first: 10) { nodes { id } } }")
    assert len(orders["orders"]["nodes"]) == 1


async def test_bad_input_names_field_and_rule_and_changes_nothing(api: str) -> None:
    buyer, goods = await signed_in(api, await a_person()), await some_goods()
    cart_id, variant_id = await _cart(buyer, goods), await _variant_id(buyer, goods)

    for given, expected in {
        ("quantity", 0): ("quantity", "range"),
        ("quantity", -3): ("quantity", "range"),
        ("cartId", "garbage"): ("cartId", "id"),
        ("cartId", variant_id): ("cartId", "id"),
        ("variantId", "VmFyaWFudDp4"): ("variantId", "id"),
    }.items():
        line = {"cartId": cart_id, "variantId": variant_id, "quantity": 1} | dict([given])
        answer = (await buyer.ask(ADD_LINE, input=line))["addCartLine"]
        assert (answer["code"], answer["field"], answer["rule"]) == ("INVALID_INPUT", *expected)
    read = await buyer.ask("query($id: ID!) { cart(id: $id) { version } }", id=cart_id)
    assert read["cart"]["version"] == 2


async def test_a_quantity_beyond_32_bits_is_a_clean_error(api: str) -> None:
    buyer, goods = await signed_in(api, await a_person()), await some_goods()
    cart_id = await _cart(buyer, goods)
    line = {"cartId": cart_id, "variantId": await _variant_id(buyer, goods), "quantity": 10**12}

    answer = await buyer.post(ADD_LINE, input=line)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_stale_version_says_the_current_one(api: str) -> None:
    buyer, goods = await signed_in(api, await a_person()), await some_goods()
    cart_id = await _cart(buyer, goods)
    line = {"cartId": cart_id, "variantId": await _variant_id(buyer, goods), "quantity": 1, "expectedVersion": 1}

    answer = (await buyer.ask(ADD_LINE, input=line))["addCartLine"]

    assert (answer["code"], answer["current"]) == ("STALE_VERSION", 2)


async def test_anothers_cart_and_order_answer_like_missing_ones(api: str) -> None:
    buyer, stranger, goods = await a_person(), await signed_in(api, await a_person()), await some_goods()
    owner = await signed_in(api, buyer)
    cart_id = await _cart(owner, goods)
    order_id = (await owner.ask(PLACE, input=_place(cart_id, "25.00")))["placeOrder"]["id"]

    read = await stranger.ask(
        """query($c: ID!, $o: ID!) {
            cart(id: $c) { id } order(id: $o) { id } a: node(id: $c) { id } b: node(id: $o) { id } }""",
        c=cart_id,
        o=order_id,
    )
    placed = (await stranger.ask(PLACE, input=_place(cart_id, "25.00")))["placeOrder"]

    assert read == {"cart": None, "order": None, "a": None, "b": None}
    assert placed["code"] == "NOT_FOUND"


async def test_who_is_not_signed_in_is_told_so_at_the_top_level(api: str) -> None:
    refused = await Client(api).refusal(CREATE_CART, c="EUR")

    assert refused["code"] == "NOT_SIGNED_IN"


async def test_an_unknown_currency_is_named(api: str) -> None:
    buyer = await signed_in(api, await a_person())

    answer = (await buyer.ask(CREATE_CART, c="XYZ"))["createCart"]

    assert answer["code"] == "CURRENCY_NOT_SOLD"


async def test_a_supplier_sees_the_orders_with_a_line_of_theirs_and_no_other(api: str) -> None:
    supplier_id = await a_supplier()
    order_id = await an_order(await a_person(), await some_goods(supplier_id=supplier_id), events=(OrderEvent.PAY,))
    await an_order(await a_person(), await some_goods())
    supplier = await signed_in(api, await a_person("supplier", supplier_id=supplier_id))

    seen = (await supplier.ask("{ orders { nodes { number nextEvents lines { sku } } } }"))["orders"]["nodes"]

    assert len(seen) == 1
    assert seen[0]["nextEvents"] == ["SHIP"]
    assert order_id


async def test_pages_of_orders_join_without_a_gap(api: str) -> None:
    person, goods = await a_person(), await some_goods()
    for _ in range(5):
        await an_order(person, goods)
    buyer = await signed_in(api, person)
    query = """query($after: String) { orders(first: 2, after: $after) {
        nodes { number } pageInfo { hasNextPage endCursor hasPreviousPage } } }"""

    numbers, after = [], None
    for _ in range(3):
        page = (await buyer.ask(query, after=after))["orders"]
        numbers += [node["number"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]

    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == 5
    assert page["pageInfo"]["hasNextPage"] is False


async def test_a_supplier_beside_others_sees_no_tracking_number_which_would_lead_to_the_address(api: str) -> None:
    own, foreign, buyer = await some_goods(), await some_goods(), await a_person()
    cart_id = await a_cart(buyer, own)
    await add_cart_line(buyer, CartLineChange(cart_id, foreign.variant_id, 1))
    order_id = await place_order(buyer, await to_place(buyer, cart_id))
    await advance_now(PLATFORM, order_id, OrderEvent.PAY)
    await ship_order(await a_person("fulfilment"), ShipOrder(order_id, "DHL", "JD0146"))
    query = "{ orders { nodes { state shipment { carrier trackingNumber } } } }"

    supplier = await signed_in(api, await a_person("supplier", supplier_id=own.supplier_id))
    seen = (await supplier.ask(query))["orders"]["nodes"]
    whole = (await (await signed_in(api, buyer)).ask(query))["orders"]["nodes"]

    assert seen == [{"state": "SHIPPED", "shipment": None}]
    assert whole == [{"state": "SHIPPED", "shipment": {"carrier": "DHL", "trackingNumber": "JD0146"}}]


async def test_a_supplier_beside_others_sees_their_part_and_no_address(api: str) -> None:
    own, foreign, buyer = await some_goods(), await some_goods(prices={"EUR": 9900}), await a_person()
    cart_id = await a_cart(buyer, own, 2)
    await add_cart_line(buyer, CartLineChange(cart_id, foreign.variant_id, 1))
    await place_order(buyer, await to_place(buyer, cart_id))
    query = "{ orders { nodes { total { amount } address { city } lines { sku } nextEvents } } }"

    supplier = await signed_in(api, await a_person("supplier", supplier_id=own.supplier_id))
    seen = (await supplier.ask(query))["orders"]["nodes"]
    whole = (await (await signed_in(api, buyer)).ask(query))["orders"]["nodes"]

    assert seen == [{"total": {"amount": "25.00"}, "address": None, "lines": [{"sku": own.sku}], "nextEvents": []}]
    assert (whole[0]["total"]["amount"], whole[0]["address"]) == ("124.00", {"city": "Lübeck"})
