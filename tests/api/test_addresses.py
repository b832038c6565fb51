from typing import Any
from uuid import UUID

import pytest
from babel.core import Locale

from api.ids import encode
from api.schema.addresses import show_rules
from domain.identity.addresses.address_rules import address_rules
from domain.identity.addresses.addresses import input_name
from domain.shared.countries import checked_country
from domain.shared.errors import InvalidInput
from domain.shared.messages import LANGUAGES
from domain.shared.settings import Settings
from tests.api.client import Client, signed_in
from tests.api.operations import execute
from tests.factories.addresses import an_entry
from tests.factories.goods import some_goods
from tests.factories.guests import a_guest
from tests.factories.orders import a_cart
from tests.factories.people import a_person
from tests.statements import counted_statements

ADDRESS = "address { name company line1 line2 cityArea city region postcode country phone }"
ENTRY = f"id version isDefaultDelivery isDefaultBilling {ADDRESS}"
ERRORS = """... on Error { __typename code message } ... on InvalidInputError { field rule limit }
    ... on NotFoundError { kind id }"""
ADD = f"mutation($input: AddAddressInput!) {{ addAddress(input: $input) {{ ... on AddressEntry {{ {ENTRY} }} {ERRORS} }} }}"
UPDATE = f"""mutation($input: UpdateAddressInput!) {{ updateAddress(input: $input) {{
    ... on AddressEntry {{ {ENTRY} }} {ERRORS} ... on StaleVersionError {{ expected current }} }} }}"""
REMOVE = f"""mutation($input: RemoveAddressInput!) {{ removeAddress(input: $input) {{
    ... on AddressRemoved {{ id }} {ERRORS} ... on StaleVersionError {{ expected current }} }} }}"""
BOOK = f"{{ me {{ addresses {{ {ENTRY} }} }} }}"
RULES = """query($c: String!) { addressRules(country: $c) { country
    fields { name label required pattern examples choices { value names } } } }"""
PLACE = f"""mutation($input: PlaceOrderInput!) {{ placeOrder(input: $input) {{
    ... on Order {{ {ADDRESS} }} {ERRORS} }} }}"""
LUBECK = {"name": "Ada Berg", "line1": "Lange Straße 1", "city": "Lübeck", "postcode": "23552", "country": "DE"}
SHOWN = LUBECK | {"company": None, "line2": None, "cityArea": None, "region": None, "phone": None}


async def _book(client: Client) -> Any:
    return (await client.ask(BOOK))["me"]["addresses"]


async def test_an_address_book_is_filled_read_changed_and_emptied(api: str) -> None:
    client = await signed_in(api, await a_person())

    home = (await client.ask(ADD, input={"address": LUBECK, "isDefaultDelivery": True}))["addAddress"]
    work_address = LUBECK | {"company": "Berg GmbH", "phone": "0451 123456"}
    work = (await client.ask(ADD, input={"address": work_address}))["addAddress"]
    change = {"id": work["id"], "isDefaultDelivery": True, "isDefaultBilling": True, "expectedVersion": 1}
    changed = (await client.ask(UPDATE, input=change))["updateAddress"]
    book = await _book(client)
    removed = (await client.ask(REMOVE, input={"id": home["id"], "expectedVersion": 2}))["removeAddress"]

    assert (home["address"], home["isDefaultDelivery"], home["version"]) == (SHOWN, True, 1)
    assert work["address"] == SHOWN | {"company": "Berg GmbH", "phone": "+49451123456"}
    assert changed == work | {"isDefaultDelivery": True, "isDefaultBilling": True, "version": 2}
    assert book == [home | {"isDefaultDelivery": False, "version": 2}, changed]
    assert removed == {"id": home["id"]}
    assert await _book(client) == [changed]


async def test_a_bad_address_is_refused_in_chinese_with_an_example(api: str) -> None:
    client = await signed_in(api, await a_person(), language="zh-CN")

    refused = (await client.ask(ADD, input={"address": LUBECK | {"postcode": "2355"}}))["addAddress"]

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", "address.postcode", "postcode")
    assert refused["message"] == "address.postcode 不是该地的邮政编码，正确的例子：26133。"


async def test_an_entry_of_another_answers_like_a_missing_one(api: str) -> None:
    owner, stranger = await a_person(), await signed_in(api, await a_person())
    goods = await some_goods()
    foreign, missing = encode("AddressEntry", await an_entry(owner)), encode("AddressEntry", UUID(int=1))
    cart = (await signed_in(api, owner)).token and encode("Cart", await a_cart(owner, goods))
    order = {"cartId": cart, "expectedTotal": {"amount": "12.50", "currency": "EUR"}, "idempotencyKey": "k"}

    answers = {}
    for id in (foreign, missing):
        answers[id] = [
            (await stranger.ask(UPDATE, input={"id": id, "isDefaultBilling": True}))["updateAddress"],
            (await stranger.ask(REMOVE, input={"id": id}))["removeAddress"],
            (await stranger.ask(PLACE, input=order | {"addressId": id, "idempotencyKey": id[-20:]}))["placeOrder"],
            (await stranger.ask("query($id: ID!) { node(id: $id) { id } }", id=id))["node"],
        ]

    for id, (updated, removed, placed, node) in answers.items():
        assert node is None
        for one in (updated, removed, placed):
            assert (one["code"], one["kind"], one["id"]) == ("NOT_FOUND", "AddressEntry", id)
    assert answers[foreign][0]["message"] == answers[missing][0]["message"]


async def test_an_entry_is_found_by_its_id_and_an_order_goes_to_it(api: str) -> None:
    owner, goods = await a_person(), await some_goods()
    client, id = await signed_in(api, owner), encode("AddressEntry", await an_entry(owner, line2="Hinterhaus"))
    order = {
        "cartId": encode("Cart", await a_cart(owner, goods)),
        "addressId": id,
        "expectedTotal": {"amount": "12.50", "currency": "EUR"},
        "idempotencyKey": "once",
    }

    node = (await client.ask(f"query($id: ID!) {{ node(id: $id) {{ ... on AddressEntry {{ {ENTRY} }} }} }}", id=id))[
        "node"
    ]
    placed = (await client.ask(PLACE, input=order))["placeOrder"]

    assert node["id"] == id
    assert placed["address"] == node["address"] == SHOWN | {"line2": "Hinterhaus", "phone": "+49451123456"}


@pytest.mark.parametrize("given", [{}, {"address": LUBECK, "addressId": encode("AddressEntry", UUID(int=1))}])
async def test_an_order_names_one_address(api: str, given: dict[str, Any]) -> None:
    buyer, goods = await a_person(), await some_goods()
    order = {
        "cartId": encode("Cart", await a_cart(buyer, goods)),
        "expectedTotal": {"amount": "12.50", "currency": "EUR"},
        "idempotencyKey": "once",
    }

    refused = (await (await signed_in(api, buyer)).ask(PLACE, input=order | given))["placeOrder"]

    assert (refused["field"], refused["rule"], refused["limit"]) == ("address", "either", "address, addressId")


async def test_guests_have_no_address_book(api: str) -> None:
    guest = await signed_in(api, await a_guest())

    refused = await guest.refusal(ADD, input={"address": LUBECK})

    assert (refused["code"], refused["permission"]) == ("NOT_ALLOWED", "account")
    assert await _book(guest) == []


@pytest.mark.parametrize("entries", [1, 20])
async def test_a_book_costs_three_statements_whatever_it_holds(shop: Settings, entries: int) -> None:
    owner = await a_person()
    for _ in range(entries):
        await an_entry(owner)

    async with counted_statements(shop) as statements:
        data = await execute(BOOK, owner)

    assert len(data["me"]["addresses"]) == entries
    assert len(statements) == 3, "\n".join(statements)


async def test_the_rules_of_a_country_make_a_form(api: str) -> None:
    rules = (await Client(api).ask(RULES, c="US"))["addressRules"]

    fields = {field["name"]: field for field in rules["fields"]}
    assert list(fields) == ["name", "company", "line1", "line2", "city", "region", "postcode", "phone"]
    assert [name for name, field in fields.items() if field["required"]] == [
        "name",
        "line1",
        "city",
        "region",
        "postcode",
    ]
    assert (fields["region"]["label"], fields["postcode"]["label"]) == ("State", "ZIP code")
    assert {"value": "CA", "names": ["California"]} in fields["region"]["choices"]
    assert fields["postcode"]["pattern"] == r"(\d{5})(?:[ \-](\d{4}))?"
    assert fields["postcode"]["examples"] == ["95014", "22162-1010"]
    assert fields["phone"]["examples"] == ["+1 201-555-0123"]


async def test_the_form_speaks_the_language_of_the_request_and_asks_in_its_order(api: str) -> None:
    latin = (await Client(api, language="en").ask(RULES, c="JP"))["addressRules"]["fields"]
    chinese = (await Client(api, language="zh-CN").ask(RULES, c="JP"))["addressRules"]["fields"]

    assert [field["name"] for field in latin] == ["name", "company", "line1", "line2", "region", "postcode", "phone"]
    assert [field["label"] for field in chinese][:2] == ["邮政编码", "都道府县"]
    assert {"value": "東京都", "names": ["Tokyo", "東京都"]} in chinese[1]["choices"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_a_form_that_asks_for_all_that_it_needs(language: str) -> None:
    countries = sorted(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha())

    asked = 0
    for country in countries:
        try:
            rules = address_rules(checked_country(country, field="country"))
        except InvalidInput:
            continue
        form = show_rules(rules, language)
        required = {field.name for field in form.fields if field.required}
        assert required == {input_name(part) for part in rules.required}, country
        assert all(field.label for field in form.fields), country
        asked += 1

    assert asked > 240


async def test_rules_of_no_country_are_refused(api: str) -> None:
    refused = await Client(api).refusal(RULES, c="XX")

    assert (refused["code"], refused["field"], refused["rule"]) == ("INVALID_INPUT", "country", "iso3166")
