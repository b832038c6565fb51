"""Refusals speak of things by the ids that clients know, never by those of the database."""

import importlib
import pkgutil
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from strawberry import Schema

import domain
from api.errors import described
from api.graphql import make_schema
from api.ids import encode
from domain.cart.errors import CartEmpty, CartNotOpen
from domain.payments.errors import RiskAlreadyDecided
from domain.shared.errors import REFUSALS, not_found
from domain.shared.messages import LANGUAGES, text
from tests.api.client import Client, signed_in
from tests.factories.goods import some_goods
from tests.factories.orders import a_cart
from tests.factories.people import a_person

ADD = """mutation($input: CartLineInput!) { addCartLine(input: $input) {
    ... on Error { code message } ... on NotFoundError { kind id } ... on CartNotOpenError { cartId } } }"""
PLACE = """mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
    ... on Order { id } ... on Error { code message } ... on CartEmptyError { cartId } ... on CartNotOpenError { cartId }
    ... on TotalChangedError { currentTotal { amount currency } } } }"""
ADDRESS = {"name": "Anna", "line1": "Street 1", "city": "Berlin", "postcode": "10115", "country": "DE"}

for module in pkgutil.walk_packages(domain.__path__, "domain."):
    if module.name.endswith(".errors"):
        importlib.import_module(module.name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_shows_an_id(language: str) -> None:
    of_ours = re.compile(r"{(?!external_)(\w+_)?id}")

    shown = [code for code in (one.code for one in REFUSALS) if of_ours.search(text(code, language))]

    assert shown == []


def test_ids_of_refusals_are_ids_in_the_schema() -> None:
    schema: Schema = make_schema()

    sdl = schema.as_str()

    for line in ("cartId: String", "orderId: String", "  id: String"):
        assert line not in sdl


@pytest.mark.parametrize("kind", ["Cart", "Order", "RiskDecision"])
def test_a_top_level_refusal_shows_the_global_id(kind: str) -> None:
    id = uuid4()

    shown = described(not_found(kind, id), "en")

    assert shown is not None
    assert (shown["kind"], shown["id"]) == (kind, encode(kind, id))
    assert str(id) not in shown["message"]


@pytest.mark.parametrize(
    ("refusal", "field", "kind"),
    [
        (lambda one: CartNotOpen(cart_id=one), "cart_id", "Cart"),
        (lambda one: CartEmpty(cart_id=one), "cart_id", "Cart"),
        (lambda one: RiskAlreadyDecided(order_id=one, decision="accept"), "order_id", "Order"),
    ],
)
def test_a_field_that_ends_in_id_names_its_kind(refusal: type, field: str, kind: str) -> None:
    id = uuid4()

    shown = described(refusal(id), "en")

    assert shown is not None
    assert shown[field] == encode(kind, id)


async def test_what_is_missing_is_named_by_the_id_that_was_sent(api: str) -> None:
    buyer, goods = await a_person(), await some_goods()
    client, missing = await signed_in(api, buyer), encode("Cart", uuid4())
    line = {"cartId": missing, "variantId": encode("Variant", goods.variant_id), "quantity": 1}

    refused = (await client.ask(ADD, input=line))["addCartLine"]

    assert (refused["code"], refused["kind"], refused["id"]) == ("NOT_FOUND", "Cart", missing)


async def test_a_cart_that_was_ordered_is_named_by_the_id_that_was_sent(api: str) -> None:
    buyer, goods = await a_person(), await some_goods()
    client, cart = await signed_in(api, buyer), encode("Cart", await a_cart(buyer, goods))
    await _place(client, cart, await _total(client, cart))

    refused = await _place(client, cart, {"amount": "1", "currency": "EUR"})

    assert (refused["code"], refused["cartId"]) == ("CART_NOT_OPEN", cart)
    assert not _has_uuid(refused["message"])


async def _total(client: Client, cart: str) -> dict[str, str]:
    moved = await _place(client, cart, {"amount": "0", "currency": "EUR"})
    total: dict[str, str] = moved["currentTotal"]
    return total


async def _place(client: Client, cart: str, total: dict[str, str]) -> dict[str, Any]:
    sent = {"cartId": cart, "address": ADDRESS, "expectedTotal": total, "idempotencyKey": str(uuid4())}
    placed: dict[str, Any] = (await client.ask(PLACE, input=sent))["placeOrder"]
    return placed


def _has_uuid(message: str) -> bool:
    for word in message.split():
        try:
            UUID(word)
        except ValueError:
            continue
        return True
    return False
