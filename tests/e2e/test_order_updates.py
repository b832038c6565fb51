"""Following orders over graphql-transport-ws and SSE, through public clients."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from gql import Client as GqlClient
from gql import GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from httpx_sse import aconnect_sse

from api.ids import encode
from api.live import FALLBACK_SECONDS
from api.pages import cursor
from domain.orders.states import OrderEvent
from domain.shared.database import rows
from domain.shared.viewer import Viewer
from tests.api.client import Client, signed_in
from tests.factories.goods import some_goods
from tests.factories.orders import an_order
from tests.factories.people import a_person, a_supplier

pytestmark = pytest.mark.usefixtures("relay")

UPDATES = """subscription($after: String, $orderId: ID) {
    orderUpdates(after: $after, orderId: $orderId) { cursor eventId kind sequence state order { id state } } }"""
PATH = (OrderEvent.PAY, OrderEvent.SHIP, OrderEvent.DELIVER)


async def _over_websocket(client: Client, after: str | None) -> AsyncIterator[dict[str, Any]]:
    transport = WebsocketsTransport(
        url=client.url.replace("http", "ws") + "/graphql",
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        init_payload={"authorization": f"Bearer {client.token}"},
    )
    async with GqlClient(transport=transport) as session:
        async for answer in session.subscribe(GraphQLRequest(UPDATES, variable_values={"after": after})):
            yield answer["orderUpdates"]


async def _over_sse(client: Client, after: str | None) -> AsyncIterator[dict[str, Any]]:
    headers = client.headers() | {"accept": "text/event-stream"} | ({"last-event-id": after} if after else {})
    async with (
        httpx.AsyncClient(timeout=30) as http,
        aconnect_sse(http, "POST", f"{client.url}/graphql", json={"query": UPDATES}, headers=headers) as source,
    ):
        async for event in source.aiter_sse():
            if event.event == "next":
                update = event.json()["data"]["orderUpdates"]
                assert event.id == update["cursor"]
                yield update


async def _cut_off_again_and_again(
    follow: Callable[[Client, str | None], AsyncIterator[dict[str, Any]]],
    client: Client,
    *,
    start: str,
    expected: int,
    cuts: int,
) -> list[dict[str, Any]]:
    """Everything that arrives, the connection dropped `cuts` times on the way."""
    seen: list[dict[str, Any]] = []
    after, dice = start, random.Random(expected)
    breaks = sorted(dice.sample(range(1, expected), cuts))
    while len(seen) < expected:
        updates = follow(client, after)
        try:
            async for update in updates:
                seen.append(update)
                after = update["cursor"]
                if len(seen) == expected or (breaks and len(seen) >= breaks[0]):
                    breaks = breaks[1:]
                    break
        finally:
            await updates.aclose()  # type: ignore[attr-defined] # both are generators
    return seen


async def _many_orders(buyer: Viewer, number: int) -> None:
    goods = await some_goods(stock=(10_000,))
    for _ in range(number // 20):
        await asyncio.gather(*(an_order(buyer, goods, events=PATH) for _ in range(5)))


async def _now(client: Client) -> str:
    found: str = (await client.ask("{ orderUpdatesCursor }"))["orderUpdatesCursor"]
    return found


async def test_each_of_500_events_arrives_once_and_in_order_although_the_line_is_cut_20_times(api: str) -> None:
    buyer = await a_person()
    client = await signed_in(api, buyer)
    start = await _now(client)

    results = await asyncio.gather(
        _cut_off_again_and_again(_over_websocket, client, start=start, expected=500, cuts=20),
        _cut_off_again_and_again(_over_sse, client, start=start, expected=500, cuts=20),
        _many_orders(buyer, 500),
    )

    stored = await rows(
        """SELECT e.id FROM event e JOIN orders o ON o.id = e.subject_id
           WHERE o.buyer_id = $1 ORDER BY e.position""",
        buyer.user_id,
    )
    expected = [encode("Event", one["id"]) for one in stored]
    assert len(expected) == 500
    assert [update["eventId"] for update in results[0] or []] == expected
    assert [update["eventId"] for update in results[1] or []] == expected


async def test_a_subscriber_sees_only_what_is_theirs(api: str) -> None:
    buyer, supplier_id = await a_person(), await a_supplier()
    supplier = await signed_in(api, await a_person("supplier", supplier_id=supplier_id))
    own, foreign = await some_goods(supplier_id=supplier_id), await some_goods()
    start = await _now(supplier)

    await an_order(buyer, foreign, events=PATH)
    seen_order = await an_order(buyer, own, events=PATH)
    seen = await _cut_off_again_and_again(_over_websocket, supplier, start=start, expected=4, cuts=1)

    assert [update["kind"] for update in seen] == ["order.placed", "order.paid", "order.shipped", "order.delivered"]
    assert {update["order"]["id"] for update in seen} == {encode("Order", seen_order)}
    assert [update["sequence"] for update in seen] == [1, 2, 3, 4]


async def test_a_subscriber_is_woken_long_before_it_would_look_by_itself(api: str) -> None:
    buyer = await a_person()
    client, goods = await signed_in(api, buyer), await some_goods()
    updates = _over_websocket(client, await _now(client))
    waiting = asyncio.ensure_future(anext(updates))
    await asyncio.sleep(0.5)

    await an_order(buyer, goods)
    update = await asyncio.wait_for(waiting, FALLBACK_SECONDS - 1)

    assert (update["state"], update["order"]["state"]) == ("PENDING", "PENDING")
    await updates.aclose()  # type: ignore[attr-defined] # it is a generator


async def test_from_the_oldest_place_on_everything_of_ones_own_is_told(api: str) -> None:
    buyer = await a_person()
    client, goods = await signed_in(api, buyer), await some_goods()
    await an_order(buyer, goods, events=PATH)
    oldest = (await client.ask("{ orderUpdatesCursor(oldest: true) }"))["orderUpdatesCursor"]

    seen = await _cut_off_again_and_again(_over_sse, client, start=oldest, expected=4, cuts=1)

    assert [update["sequence"] for update in seen] == [1, 2, 3, 4]


async def test_a_browser_that_reconnects_goes_on_behind_the_last_event_it_saw(api: str) -> None:
    """It asks the same address again, with the cursor it began with, and tells the newer one in a header."""
    buyer = await a_person()
    client, goods = await signed_in(api, buyer), await some_goods()
    start = await _now(client)
    await an_order(buyer, goods, events=PATH)
    first = await _cut_off_again_and_again(_over_websocket, client, start=start, expected=2, cuts=0)

    headers = client.headers() | {"accept": "text/event-stream", "last-event-id": first[-1]["cursor"]}
    body = {"query": UPDATES, "variables": {"after": start}}
    async with (
        httpx.AsyncClient(timeout=30) as http,
        aconnect_sse(http, "POST", f"{client.url}/graphql", json=body, headers=headers) as source,
    ):
        event = await anext(source.aiter_sse())

    assert event.json()["data"]["orderUpdates"]["sequence"] == first[-1]["sequence"] + 1


@pytest.mark.parametrize("position", [-1, 10**9, "1" + "0" * 30, "x"])
async def test_a_cursor_that_no_event_has_had_is_refused(api: str, position: object) -> None:
    client = await signed_in(api, await a_person())

    with pytest.raises(TransportQueryError) as refusal:
        await anext(_over_websocket(client, cursor("orderUpdates", (position,))))

    assert refusal.value.errors is not None
    assert refusal.value.errors[0]["extensions"]["field"] == "after"


async def test_following_anothers_order_is_refused_as_if_there_were_none(api: str) -> None:
    order_id = await an_order(await a_person(), await some_goods())
    stranger = await signed_in(api, await a_person())
    body = {"query": UPDATES, "variables": {"orderId": encode("Order", order_id)}}

    async with httpx.AsyncClient(timeout=30) as http:
        headers = stranger.headers() | {"accept": "text/event-stream"}
        answer = await http.post(f"{api}/graphql", json=body, headers=headers)

    assert "NOT_FOUND" in answer.text
