"""GraphQL over WebSocket, by the protocol graphql-transport-ws."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from .conftest import IMPATIENT
from .toy import seen

PROTOCOL = Subprotocol("graphql-transport-ws")
SILENCE = {"type": "subscribe", "payload": {"query": "subscription { silence }"}}


@asynccontextmanager
async def opened(address: str, **options: Any) -> AsyncIterator[ClientConnection]:
    options = {"subprotocols": [PROTOCOL], "ping_interval": None, "compression": None, **options}
    async with connect(f"ws://{address}/graphql", **options) as socket:
        yield socket


@asynccontextmanager
async def initialised(address: str, payload: object = None) -> AsyncIterator[ClientConnection]:
    async with opened(address) as socket:
        await send(socket, {"type": "connection_init", "payload": payload})
        assert await receive(socket) == {"type": "connection_ack"}
        yield socket


async def send(socket: ClientConnection, message: object) -> None:
    await socket.send(json.dumps(message))


async def receive(socket: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        message: dict[str, Any] = json.loads(await socket.recv())
    return message


async def subscribe(socket: ClientConnection, query: str, id: str = "1", **parameters: Any) -> None:
    await send(socket, {"id": id, "type": "subscribe", "payload": {"query": query, **parameters}})


async def close_of(socket: ClientConnection) -> tuple[int | None, str | None]:
    """Reads until the server closes; its code and reason."""
    async with asyncio.timeout(5):
        try:
            while True:
                await socket.recv()
        except ConnectionClosed:
            return socket.close_code, socket.close_reason


async def eventually(condition: Callable[[], bool], seconds: float = 2.0) -> bool:
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition() and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 it happens in a thread
        await asyncio.sleep(0.01)
    return condition()


@pytest.mark.parametrize("protocols", [None, ["graphql-ws"], ["graphql-ws", "something-else"]])
async def test_any_other_protocol_is_4406(usual: str, protocols: list[str] | None) -> None:
    async with opened(usual, subprotocols=protocols) as socket:
        assert await close_of(socket) == (4406, "Subprotocol not acceptable")


async def test_the_protocol_is_found_among_others(usual: str) -> None:
    async with opened(usual, subprotocols=["graphql-ws", PROTOCOL]) as socket:
        assert socket.subprotocol == PROTOCOL


@pytest.mark.parametrize("origin", ["https://shop.example", "https://SHOP.example:443"])
async def test_pages_of_allowed_origins_may_connect(impatient: str, origin: str) -> None:
    async with opened(impatient, origin=origin) as socket:
        assert socket.subprotocol == PROTOCOL


@pytest.mark.parametrize("origin", ["https://evil.example", "http://shop.example", "null", "https://["])
async def test_pages_of_other_origins_may_not_connect(impatient: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://{impatient}/graphql", subprotocols=[PROTOCOL], origin=Origin(origin))

    assert refused.value.response.status_code == 403


async def test_a_page_of_the_server_itself_may_connect(usual: str) -> None:
    async with opened(usual, origin=f"http://{usual}") as socket:
        assert socket.subprotocol == PROTOCOL


@pytest.mark.parametrize(
    "message",
    [
        "nonsense",
        "",
        "[]",
        "1",
        "null",
        '"ping"',
        "{}",
        '{"type": 1}',
        '{"type": ["ping"]}',
        '{"type": "start", "id": "1", "payload": {"query": "{ hello }"}}',
        '{"type": "connection_ack"}',
        '{"type": "next", "id": "1", "payload": {}}',
        '{"type": "ping", "payload": 1}',
        '{"type": "pong", "payload": []}',
        '{"type": "connection_init", "payload": []}',
        '{"type": "connection_init", "payload": "x"}',
        '{"type": "subscribe", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "1", "payload": []}',
        '{"type": "subscribe", "id": "1", "payload": {}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "operationName": 1}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "extensions": 1}}',
        '{"type": "complete"}',
        '{"type": "complete", "id": 1}',
        '{"type": "ping", "payload": {"lone": "\\ud800"}}',
        '{"type": "ping", "payload": {"digits": ' + "9" * 10_000 + "}}",
        "[" * 100_000,
        b'{"type": "ping"}',
    ],
)
@pytest.mark.parametrize("initialise", [False, True])
async def test_a_message_that_the_protocol_does_not_know_is_4400(
    usual: str, message: str | bytes, initialise: bool
) -> None:
    async with (initialised if initialise else opened)(usual) as socket:
        await socket.send(message)

        code, reason = await close_of(socket)

    assert code == 4400
    assert reason


@pytest.mark.parametrize("message", [{"type": "connection_init"}, {"type": "connection_init", "payload": None}])
async def test_a_connection_is_acknowledged_with_or_without_payload(usual: str, message: object) -> None:
    async with opened(usual) as socket:
        await send(socket, message)

        assert await receive(socket) == {"type": "connection_ack"}


@pytest.mark.parametrize(("authorization", "code"), [("forged", 4403), ("expired", 4403), ("unlucky", 4500)])
async def test_a_payload_that_the_context_refuses_closes_the_connection(
    usual: str, authorization: str, code: int
) -> None:
    async with opened(usual) as socket:
        await send(socket, {"type": "connection_init", "payload": {"authorization": authorization}})

        closed = await close_of(socket)

    assert closed[0] == code
    assert "hunter2" not in str(closed[1])


async def test_a_second_init_is_4429(usual: str) -> None:
    async with initialised(usual) as socket:
        await send(socket, {"type": "connection_init"})

        assert await close_of(socket) == (4429, "Too many initialisation requests")


async def test_no_init_in_time_is_4408(impatient: str) -> None:
    async with opened(impatient) as socket:
        assert await close_of(socket) == (4408, "Connection initialisation timeout")


async def test_an_operation_before_the_acknowledgement_is_4401(usual: str) -> None:
    async with opened(usual) as socket:
        await subscribe(socket, "{ hello }")

        assert await close_of(socket) == (4401, "Unauthorized")


async def test_an_id_in_use_is_4409_whatever_the_operation(usual: str) -> None:
    async with initialised(usual) as socket:
        await subscribe(socket, "{ slow(seconds: 2) }", id="a")
        await subscribe(socket, "{ hello }", id="a")

        assert await close_of(socket) == (4409, "Subscriber for a already exists")


async def test_a_message_that_is_too_large_is_1009(impatient: str) -> None:
    async with initialised(impatient) as socket:
        await send(socket, {"type": "ping", "payload": {"pad": "x" * IMPATIENT.max_message_bytes}})

        assert (await close_of(socket))[0] == 1009


async def test_a_ping_is_answered_with_its_payload_even_before_the_init(usual: str) -> None:
    async with opened(usual) as socket:
        await send(socket, {"type": "ping"})
        await send(socket, {"type": "ping", "payload": {"at": 7}})

        assert await receive(socket) == {"type": "pong"}
        assert await receive(socket) == {"type": "pong", "payload": {"at": 7}}


async def test_a_connection_whose_pings_are_answered_stays_open(impatient: str) -> None:
    async with initialised(impatient) as socket:
        for _ in range(4):
            assert await receive(socket) == {"type": "ping"}
            await send(socket, {"type": "pong"})


async def test_a_ping_that_is_not_answered_is_4408_and_ends_all_operations(impatient: str) -> None:
    async with initialised(impatient) as socket:
        await send(socket, {**SILENCE, "id": "1"})

        assert await close_of(socket) == (4408, "Pong timeout")

    assert await eventually(lambda: seen.open_sources == 0)


async def test_queries_and_mutations_are_answered_once(usual: str) -> None:
    async with initialised(usual) as socket:
        await subscribe(socket, "query Q($t: String!) { echo(text: $t) }", variables={"t": "ü"}, operationName="Q")

        assert await receive(socket) == {"id": "1", "type": "next", "payload": {"data": {"echo": "ü"}}}
        assert await receive(socket) == {"id": "1", "type": "complete"}


async def test_events_arrive_in_order_and_the_end_is_told(usual: str) -> None:
    async with initialised(usual) as socket:
        await subscribe(socket, "subscription { ticks(to: 3) { number eventNumber } }")
        received = [await receive(socket) for _ in range(4)]

    assert [message.get("payload", {}).get("data") for message in received] == [
        *({"ticks": {"number": number, "eventNumber": number}} for number in (1, 2, 3)),
        None,
    ]
    assert received[3] == {"id": "1", "type": "complete"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ hello", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ hallo }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "OPERATION_RESOLUTION_FAILURE"),
        ("query ($v: Int!) { number(value: $v) }", "BAD_USER_INPUT"),
        ("{" + "product { similar { nodes {" * 6 + "name" + "}}}" * 6 + "}", "DOCUMENT_TOO_DEEP"),
        ("{ ...A } fragment A on Query { ...A }", "FRAGMENT_CYCLE"),
        ("subscription { neverStarts }", "OUT_OF_STOCK"),
        ('{ raw(kind: "long") }', "INTERNAL"),
    ],
)
async def test_what_hinders_an_operation_is_an_error_and_frees_its_id(usual: str, query: str, code: str) -> None:
    async with initialised(usual) as socket:
        await subscribe(socket, query)
        error = await receive(socket)
        await subscribe(socket, "{ hello }")
        after = await receive(socket)

    assert (error["type"], error["id"]) == ("error", "1")
    assert error["payload"][0]["extensions"]["code"] == code
    assert after["payload"] == {"data": {"hello": "world"}}


@pytest.mark.parametrize(("field", "code"), [("breaks", "INTERNAL"), ("sellsOut", "OUT_OF_STOCK")])
async def test_a_source_that_fails_ends_with_an_error_that_is_public_or_masked(
    usual: str, field: str, code: str
) -> None:
    async with initialised(usual) as socket:
        await subscribe(socket, f"subscription {{ {field} }}")
        received = [await receive(socket) for _ in range(2)]

    assert [message["type"] for message in received] == ["next", "error"]
    assert received[1]["payload"][0]["extensions"]["code"] == code
    assert "hunter2" not in str(received)


async def test_each_operation_has_a_context_of_its_own_made_with_the_payload(usual: str) -> None:
    serials = set()
    async with initialised(usual, {"authorization": "Bearer x"}) as socket:
        for id in "ab":
            await subscribe(socket, "{ contextSerial token }", id=id)
            data = (await receive(socket))["payload"]["data"]
            await receive(socket)
            serials.add(data["contextSerial"])
            assert data["token"] == "Bearer x"

    assert len(serials) == 2


async def test_completing_an_operation_closes_its_source_at_once_and_frees_its_id(usual: str) -> None:
    async with initialised(usual) as socket:
        await send(socket, {**SILENCE, "id": "1"})
        assert await eventually(lambda: seen.open_sources == 1)

        await send(socket, {"type": "complete", "id": "1"})
        assert await eventually(lambda: seen.open_sources == 0)
        await subscribe(socket, "{ hello }")

        assert (await receive(socket))["payload"] == {"data": {"hello": "world"}}


async def test_a_query_that_was_completed_by_the_client_is_not_answered(usual: str) -> None:
    async with initialised(usual) as socket:
        await subscribe(socket, "{ slow(seconds: 0.1) }", id="a")
        await send(socket, {"type": "complete", "id": "a"})
        await subscribe(socket, "{ slow(seconds: 0.3) }", id="b")

        assert (await receive(socket))["id"] == "b"


async def test_nothing_is_told_of_a_completed_operation_that_does_not_let_itself_be_cancelled(usual: str) -> None:
    async with initialised(usual) as socket:
        await subscribe(socket, "{ stubborn }", id="a")
        await asyncio.sleep(0.05)
        await send(socket, {"type": "complete", "id": "a"})
        await asyncio.sleep(0.05)
        await send(socket, {"type": "ping"})

        assert await receive(socket) == {"type": "pong"}


async def test_unknown_ids_may_be_completed(usual: str) -> None:
    async with initialised(usual) as socket:
        await send(socket, {"type": "complete", "id": "unknown"})
        await send(socket, {"type": "ping"})

        assert await receive(socket) == {"type": "pong"}


async def test_operations_at_once_are_bounded(impatient: str) -> None:
    async with initialised(impatient) as socket:
        for id in "abcd":
            await send(socket, {**SILENCE, "id": id})
        refused = await receive(socket)
        await send(socket, {"type": "complete", "id": "a"})
        await asyncio.sleep(0.05)
        await subscribe(socket, "{ hello }", id="e")
        after = await receive(socket)

    assert (refused["type"], refused["id"]) == ("error", "d")
    assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
    assert after["id"] == "e"


@pytest.mark.parametrize("abrupt", [False, True])
async def test_a_client_that_leaves_ends_its_operations_at_once(usual: str, abrupt: bool) -> None:
    async with initialised(usual) as socket:
        for id in "abc":
            await send(socket, {**SILENCE, "id": id})
        assert await eventually(lambda: seen.open_sources == 3)

        if abrupt:
            socket.transport.abort()

    assert await eventually(lambda: seen.open_sources == 0, seconds=1.0)


async def test_a_source_with_many_events_at_hand_leaves_others_their_turn(usual: str) -> None:
    async with opened(usual, compression="deflate") as socket, httpx.AsyncClient(timeout=3) as other:
        await send(socket, {"type": "connection_init"})
        await subscribe(socket, "subscription { flood }")
        await receive(socket)

        response = await other.post(f"http://{usual}/graphql", json={"query": "{ hello }"})

        socket.transport.abort()

    assert response.status_code == 200


async def test_a_client_that_stops_reading_stops_the_source_and_is_cut_off(impatient: str) -> None:
    async with initialised(impatient) as socket:
        socket.transport.pause_reading()
        produced = seen.flooded
        await subscribe(socket, "subscription { flood }")
        assert await eventually(lambda: seen.open_sources == 1)

        cut_off = await eventually(lambda: seen.open_sources == 0, seconds=3.0)
        socket.transport.abort()

    assert cut_off
    assert seen.flooded - produced < 1_000  # 50 kB each: what fits into the buffers of two sockets
