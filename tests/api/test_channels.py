"""Channels as front ends and the back office ask for them."""

from typing import Any
from uuid import uuid4

import pytest

from api.ids import encode
from domain.channels.known import channel
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from tests.api.client import Client, signed_in
from tests.api.operations import execute
from tests.factories.channels import a_channel
from tests.factories.goods import some_goods
from tests.factories.people import a_person
from tests.factories.roles import a_person_with
from tests.statements import counted_statements

FIELDS = "id name title currencies languages countries isOpen position version"
ERRORS = "... on Error { __typename code message } ... on InvalidInputError { field rule limit }"
CHANNELS = f"query($closed: Boolean! = false) {{ channels(includeClosed: $closed) {{ {FIELDS} }} }}"
CREATE = f"""mutation($input: CreateChannelInput!) {{ createChannel(input: $input) {{
    ... on Channel {{ {FIELDS} }} {ERRORS} ... on ChannelExistsError {{ channel }} }} }}"""
UPDATE = f"""mutation($input: UpdateChannelInput!) {{ updateChannel(input: $input) {{
    ... on Channel {{ {FIELDS} }} {ERRORS} ... on StaleVersionError {{ expected current }}
    ... on NotFoundError {{ kind id }} }} }}"""
NODE = f"query($id: ID!) {{ node(id: $id) {{ ... on Channel {{ {FIELDS} }} }} }}"
CREATE_CART = f"""mutation($input: CreateCartInput!) {{ createCart(input: $input) {{
    ... on Cart {{ id channel currency }} {ERRORS} ... on CurrencyNotSoldError {{ currency sold }} }} }}"""
PRODUCT = "query($id: ID!, $channel: String) { product(id: $id, channel: $channel) { name priceFrom { currency } } }"


async def test_a_channel_is_made_changed_and_closed(api: str) -> None:
    staff, name = await signed_in(api, await a_person_with("channels.write")), f"swiss-{uuid4().hex[:12]}"
    given = {"name": name, "title": "Schweiz", "currencies": ["CHF"], "languages": ["de", "fr"], "countries": ["CH"]}

    made = (await staff.ask(CREATE, input=given))["createChannel"]
    change = {"channelId": made["id"], "currencies": ["CHF", "EUR"], "isOpen": False, "expectedVersion": 1}
    changed = (await staff.ask(UPDATE, input=change))["updateChannel"]
    stale = (await staff.ask(UPDATE, input=change))["updateChannel"]

    assert {key: made[key] for key in given} == given
    assert (made["isOpen"], made["version"]) == (True, 1)
    assert changed == {**made, "currencies": ["CHF", "EUR"], "isOpen": False, "version": 2}
    assert (stale["code"], stale["expected"], stale["current"]) == ("STALE_VERSION", 1, 2)


async def test_everybody_sees_open_channels_and_only_who_may_change_them_sees_closed_ones(api: str) -> None:
    open_one, closed = await a_channel(), await a_channel(is_open=False)

    shown = [one["name"] for one in (await execute(CHANNELS))["channels"]]
    staff = await a_person_with("channels.write")
    everything = [one["name"] for one in (await execute(CHANNELS, staff, closed=True))["channels"]]
    refused = await Client(api).refusal(CHANNELS, closed=True)
    not_allowed = await (await signed_in(api, await a_person())).refusal(CHANNELS, closed=True)

    assert shown[0] == "main"
    assert open_one.name in shown
    assert closed.name not in shown
    assert {open_one.name, closed.name} <= set(everything)
    assert (refused["code"], not_allowed["code"]) == ("NOT_SIGNED_IN", "NOT_ALLOWED")


async def test_a_closed_channel_is_no_node_for_buyers_as_if_there_were_none(api: str) -> None:
    open_one, closed = await a_channel(), await a_channel(is_open=False)
    ids = [encode("Channel", one) for one in (open_one.id, closed.id, new_id())]

    shown = [(await Client(api).ask(NODE, id=id))["node"] for id in ids]

    assert [one and one["name"] for one in shown] == [open_one.name, None, None]


async def test_a_list_of_channels_costs_no_statement(shop: Settings) -> None:
    async with counted_statements(shop) as statements:
        await execute(CHANNELS)

    assert statements == []


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "languages.1 must be the tag of a language as CLDR writes it, such as de, pt-BR or zh-Hans."),
        ("zh-CN", "languages.1 必须是 CLDR 写法的语言标签，例如 de、pt-BR 或 zh-Hans。"),
    ],
)
async def test_bad_input_is_named_in_the_callers_language(api: str, language: str, message: str) -> None:
    staff = await signed_in(api, await a_person_with("channels.write"), language=language)
    given = {"name": "fresh", "title": "Fresh", "currencies": ["EUR"], "languages": ["en", "xx"]}

    refused = (await staff.ask(CREATE, input=given))["createChannel"]

    assert (refused["field"], refused["rule"], refused["message"]) == ("languages.1", "language", message)


async def test_a_name_that_is_taken_and_a_channel_that_there_is_not_are_refused_by_name(api: str) -> None:
    staff = await signed_in(api, await a_person_with("channels.write"))
    given = {"name": "main", "title": "Again", "currencies": ["EUR"], "languages": ["en"]}
    missing = encode("Channel", new_id())

    taken = (await staff.ask(CREATE, input=given))["createChannel"]
    unknown = (await staff.ask(UPDATE, input={"channelId": missing, "title": "None"}))["updateChannel"]

    assert (taken["code"], taken["channel"]) == ("CHANNEL_EXISTS", "main")
    assert (unknown["code"], unknown["kind"], unknown["id"]) == ("NOT_FOUND", "Channel", missing)


async def test_a_cart_is_opened_in_a_channel_with_its_own_currency(api: str) -> None:
    swiss, buyer = await a_channel(currencies=("CHF", "EUR")), await signed_in(api, await a_person())

    opened = await _cart(buyer, channel=swiss.name)
    refused = await _cart(buyer, channel=swiss.name, currency="USD")
    unknown = await _cart(buyer, channel="mars")

    assert (opened["channel"], opened["currency"]) == (swiss.name, "CHF")
    assert (refused["code"], refused["sold"]) == ("CURRENCY_NOT_SOLD", ["CHF", "EUR"])
    assert (unknown["code"], unknown["field"], unknown["rule"]) == ("INVALID_INPUT", "channel", "oneOf")


@pytest.mark.parametrize(
    ("accepted", "name"),
    [
        ("zh-CN, en;q=0.8", "茶壶"),
        ("en-GB", "Tea pot"),
        ("de, zh;q=0.5, en;q=0.1", "茶壶"),
        ("de", "茶壶"),
        ("", "茶壶"),
    ],
)
async def test_texts_are_in_the_requests_language_else_in_the_channels_first(
    api: str, accepted: str, name: str
) -> None:
    china = await a_channel(currencies=("EUR",), languages=("zh-Hans", "en"))
    goods = await some_goods(channels=(china.name,))

    shown = await Client(api, language=accepted).ask(
        PRODUCT, id=encode("Product", goods.product_id), channel=china.name
    )

    assert shown["product"]["name"] == name


async def test_a_signed_in_buyers_own_language_goes_before_the_channels_first(api: str) -> None:
    china = await a_channel(currencies=("EUR",), languages=("zh-Hans", "en"))
    goods = await some_goods(channels=(china.name,))
    buyer = await signed_in(api, await a_person(language="en"), language="fr")

    shown = await buyer.ask(PRODUCT, id=encode("Product", goods.product_id), channel=china.name)

    assert shown["product"]["name"] == "Tea pot"


async def test_a_product_is_on_sale_only_where_it_is_live(api: str) -> None:
    swiss = await a_channel(currencies=("CHF",))
    goods = await some_goods(prices={"CHF": 1300, "EUR": 1250}, channels=(swiss.name,))
    product_id = encode("Product", goods.product_id)

    there = await Client(api).ask(PRODUCT, id=product_id, channel=swiss.name)
    here = await Client(api).ask(PRODUCT, id=product_id)
    nowhere = await Client(api).refusal(PRODUCT, id=product_id, channel="mars")

    assert there["product"]["priceFrom"]["currency"] == "CHF"
    assert here["product"] is None
    assert (nowhere["code"], nowhere["field"]) == ("INVALID_INPUT", "channel")
    assert (await channel(None)).name == "main"


async def _cart(client: Client, **given: Any) -> Any:
    return (await client.ask(CREATE_CART, input=given))["createCart"]
