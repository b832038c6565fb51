"""A partner's program follows its orders over WebSocket and SSE, by a token and by an API key, until it may no more."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from gql import Client as GqlClient
from gql import GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from httpx_sse import aconnect_sse

from api.ids import encode
from domain.identity.applications.change_application import SwitchApplication, disable_application
from domain.shared.viewer import PLATFORM
from tests.api.applications import add_key, create_api_key, program, register
from tests.api.client import Client, signed_in
from tests.e2e.test_order_updates import PATH
from tests.factories.applications import a_signer, an_api_key
from tests.factories.goods import some_goods
from tests.factories.orders import an_order
from tests.factories.people import a_person, a_supplier

pytestmark = pytest.mark.usefixtures("relay")

UPDATES = """subscription ($after: String) { orderUpdates(after: $after) {
    cursor sequence order { id lines { sku } address { city } } } }"""
SOON = 15.0
"""Beyond the five seconds within which everybody knows what was cut off."""


async def _over_websocket(client: Client, after: str | None = None) -> AsyncIterator[dict[str, Any]]:
    transport = WebsocketsTransport(
        url=client.url.replace("http", "ws") + "/graphql",
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        init_payload={"authorization": f"Bearer {client.token}"},
    )
    async with GqlClient(transport=transport) as session:
        async for answer in session.subscribe(GraphQLRequest(UPDATES, variable_values={"after": after})):
            yield answer["orderUpdates"]


async def _over_sse(client: Client, after: str | None = None) -> AsyncIterator[dict[str, Any]]:
    headers, body = (
        client.headers() | {"accept": "text/event-stream"},
        {"query": UPDATES, "variables": {"after": after}},
    )
    async with (
        httpx.AsyncClient(timeout=30) as http,
        aconnect_sse(http, "POST", f"{client.url}/graphql", json=body, headers=headers) as source,
    ):
        async for event in source.aiter_sse():
            if event.event == "next":
                yield event.json()["data"]["orderUpdates"]


async def _now(client: Client) -> str:
    found: str = (await client.ask("{ orderUpdatesCursor }"))["orderUpdatesCursor"]
    return found


async def _first(updates: AsyncIterator[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    async for one in updates:
        seen.append(one)
        if len(seen) == number:
            break
    await updates.aclose()  # type: ignore[attr-defined] # it is a generator
    return seen


async def test_a_suppliers_program_follows_that_suppliers_orders_by_token_and_by_key(api: str) -> None:
    supplier_id, buyer = await a_supplier(), await a_person()
    staff = await signed_in(api, await a_person("administrator"))
    application = await register(staff, "orders.read", supplierId=encode("Supplier", supplier_id))
    await add_key(staff, application, a_signer())
    by_token = await program(api, application["clientId"], a_signer())
    by_key = Client(api, (await create_api_key(staff, application, "orders.read"))["secret"])
    own, foreign = await some_goods(supplier_id=supplier_id), await some_goods()
    start = await _now(by_token)

    await an_order(buyer, foreign, events=PATH)
    order_id = encode("Order", await an_order(buyer, own, events=PATH))
    seen = await asyncio.wait_for(
        asyncio.gather(
            *(_first(follow(one, start), 4) for follow in (_over_websocket, _over_sse) for one in (by_token, by_key))
        ),
        SOON,
    )

    assert [[one["sequence"] for one in updates] for updates in seen] == [[1, 2, 3, 4]] * 4
    assert {one["order"]["id"] for updates in seen for one in updates} == {order_id}
    assert {line["sku"] for updates in seen for one in updates for line in one["order"]["lines"]} == {own.sku}


async def test_following_ends_soon_after_the_program_was_disabled(api: str) -> None:
    application_id, issued = await an_api_key("orders.read")
    buyer, goods = await a_person(), await some_goods()
    client = Client(api, issued.text)
    updates = _over_websocket(client, await _now(client))
    await an_order(buyer, goods)
    await asyncio.wait_for(anext(updates), SOON)

    await disable_application(PLATFORM, SwitchApplication(application_id))
    await asyncio.sleep(6)
    await an_order(buyer, goods)

    with pytest.raises(TransportQueryError) as refusal:
        await asyncio.wait_for(anext(updates), SOON)
    assert refusal.value.errors is not None
    assert refusal.value.errors[0]["extensions"]["code"] == "TOKEN_INVALID"
