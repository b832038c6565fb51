"""Connections whose caller is not to be served any longer, and headers that operations set."""

import asyncio
import json

import httpx
from httpx_sse import aconnect_sse

from .test_websocket import SILENCE, close_of, initialised, receive, send
from .toy import seen


async def test_a_websocket_on_which_nothing_happens_is_closed_when_its_caller_may_stay_no_longer(
    impatient: str,
) -> None:
    async with initialised(impatient, {"authorization": "welcome no longer"}) as socket:
        assert await close_of(socket) == (4403, "This session has ended")


async def test_its_operations_end_with_it(impatient: str) -> None:
    async with initialised(impatient, {"authorization": "welcome no longer"}) as socket:
        await send(socket, {**SILENCE, "id": "1"})

        assert await close_of(socket) == (4403, "This session has ended")

    for _ in range(100):
        await asyncio.sleep(0.01)
        if not seen.open_sources:
            break
    assert seen.open_sources == 0


async def test_where_it_cannot_be_found_out_the_websocket_stays_open(impatient: str) -> None:
    before = seen.rechecks
    async with initialised(impatient, {"authorization": "unlucky later"}) as socket:
        for _ in range(3):
            assert await receive(socket) == {"type": "ping"}
            await send(socket, {"type": "pong"})

    assert seen.rechecks - before >= 3


async def test_an_event_stream_ends_with_the_reason(impatient: str) -> None:
    sent = {"json": {"query": "subscription { silence }"}, "headers": {"authorization": "welcome no longer"}}
    async with (
        httpx.AsyncClient(timeout=5) as client,
        aconnect_sse(client, "POST", f"http://{impatient}/graphql", **sent) as source,
    ):
        received = [event async for event in source.aiter_sse()]

    assert [event.event for event in received] == ["next", "complete"]
    assert json.loads(received[0].data) == {
        "errors": [{"message": "This session has ended", "extensions": {"code": "SESSION_ENDED"}}]
    }


async def test_an_operation_sets_headers_and_cookies_of_its_answer(usual: str) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"http://{usual}/graphql", json={"query": "{ contextSerial }"})

    assert answer.headers["x-root-field"] == "contextSerial"
    assert answer.cookies["serial"] == str(answer.json()["data"]["contextSerial"])


async def test_an_operation_knows_whether_its_answer_takes_headers(usual: str) -> None:
    async with httpx.AsyncClient() as client:
        plain = await client.post(f"http://{usual}/graphql", json={"query": "{ takesHeaders }"})
        async with aconnect_sse(
            client, "POST", f"http://{usual}/graphql", json={"query": "{ takesHeaders }"}
        ) as source:
            streamed = [event.json() async for event in source.aiter_sse() if event.event == "next"]
    async with initialised(usual) as socket:
        await send(socket, {"id": "1", "type": "subscribe", "payload": {"query": "{ takesHeaders }"}})
        over_socket = (await receive(socket))["payload"]

    assert plain.json() == {"data": {"takesHeaders": True}}
    assert streamed == [over_socket] == [{"data": {"takesHeaders": False}}]


async def test_nothing_is_set_where_nothing_was_executed(usual: str) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"http://{usual}/graphql", json={"query": "{ nothing }"})

    assert "x-root-field" not in answer.headers
    assert not answer.cookies
