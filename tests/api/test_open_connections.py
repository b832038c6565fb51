"""WebSockets and event streams end when their caller's rights do, whether or not anything happens on them."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from httpx_sse import aconnect_sse
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from api.ids import encode
from domain.identity.access.suspend import ChangeSuspension, suspend_person
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.sessions import Tokens
from domain.shared.clock import clock_at, now
from tests.api.client import Client
from tests.factories.identity import PASSWORD, a_user, an_email, signed_in
from tests.factories.people import a_person

PROTOCOL = Subprotocol("graphql-transport-ws")
FOLLOW = "subscription { orderUpdates { cursor } }"
END = "mutation ($id: ID!) { endSession(id: $id) { ... on SessionsEnded { count } } }"
A_MINUTE = 60.0


@dataclass(frozen=True)
class Ended:
    """How a connection ended, and how many seconds after its caller's rights had."""

    how: Any
    seconds: float


async def test_all_connections_of_a_caller_end_within_a_minute_of_the_callers_rights(api: str) -> None:
    async with asyncio.TaskGroup() as tasks:
        expired = tasks.create_task(_expired_socket(api))
        streamed = tasks.create_task(_expired_stream(api))
        ended = tasks.create_task(_closed_by(api, _end_from_another_device))
        followed = tasks.create_task(_closed_by(api, _end_from_another_device, follow=True))
        by_cookie = tasks.create_task(_closed_by(api, _end_from_another_device, cookie=True))
        suspended = tasks.create_task(_closed_by(api, _suspend))
        untouched = tasks.create_task(_still_open(api, await signed_in()))
        anonymous = tasks.create_task(_still_open(api, None))

    assert expired.result().how == (4403, "The access token has expired; please refresh the session.")
    assert streamed.result().how == ["TOKEN_EXPIRED", "complete"]
    for one in (ended, followed, by_cookie, suspended):
        assert one.result().how == (4403, "This session has ended; please sign in again.")
    assert max(one.result().seconds for one in (expired, streamed, ended, followed, by_cookie, suspended)) < A_MINUTE
    assert untouched.result()
    assert anonymous.result()


async def test_an_access_token_is_useless_within_five_seconds_of_its_sessions_end(api: str) -> None:
    tokens, client = await _two_devices(api)
    assert await client.ask("{ me { id } }")
    other = Client(api, tokens.access_token)

    await other.ask("{ me { id } }")
    await client.ask(END, id=encode("Session", tokens.session_id))
    started = time.monotonic()
    while (answer := await other.post("{ me { id } }")).status_code == 200:  # noqa: ASYNC110 # another process notices
        await asyncio.sleep(0.05)

    assert answer.json()["errors"][0]["extensions"]["code"] == "SESSION_ENDED"
    assert time.monotonic() - started < 6


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
async def test_a_page_of_another_site_opens_no_websocket_with_the_cookies_of_its_visitor(api: str, origin: str) -> None:
    headers = {"cookie": f"hanse-access={(await signed_in()).access_token}"}

    with pytest.raises(InvalidStatus) as refused:
        await connect(_socket(api), subprotocols=[PROTOCOL], origin=Origin(origin), additional_headers=headers)

    assert refused.value.response.status_code == 403


async def test_cookies_that_come_over_a_websocket_from_no_page_are_refused(api: str) -> None:
    headers = {"cookie": f"hanse-access={(await signed_in()).access_token}"}

    async with connect(_socket(api), subprotocols=[PROTOCOL], additional_headers=headers) as socket:
        await socket.send('{"type": "connection_init"}')
        code, reason = await _close_of(socket)

    assert (code, "must come from a page" in reason) == (4403, True)


async def test_a_page_of_ours_opens_a_websocket_with_the_cookies_of_its_visitor(api: str) -> None:
    tokens = await signed_in()

    async with _opened(api, tokens, cookie=True) as socket:
        await _start(socket, None)
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": "{ me { id } }"}}))
        answer = json.loads(await socket.recv())

    assert answer["payload"]["data"]["me"]["id"] == encode("User", tokens.user_id)


async def _expired_socket(api: str) -> Ended:
    tokens = await _short_lived()
    async with _opened(api, tokens) as socket:
        await _start(socket, tokens)
        how = await _close_of(socket)
    return Ended(how, (now() - tokens.access_expires_at).total_seconds())


async def _expired_stream(api: str) -> Ended:
    tokens, seen = await _short_lived(), list[str]()
    headers = {"authorization": f"Bearer {tokens.access_token}"}
    async with (
        httpx.AsyncClient(timeout=A_MINUTE) as http,
        aconnect_sse(http, "POST", f"{api}/graphql", json={"query": FOLLOW}, headers=headers) as source,
    ):
        async for event in source.aiter_sse():
            seen.append(event.event if not event.data else event.json()["errors"][0]["extensions"]["code"])
    return Ended(seen, (now() - tokens.access_expires_at).total_seconds())


async def _closed_by(
    api: str, end: Callable[[Client, Tokens], Awaitable[Any]], *, cookie: bool = False, follow: bool = False
) -> Ended:
    tokens, client = await _two_devices(api)
    async with _opened(api, tokens, cookie=cookie) as socket:
        await _start(socket, None if cookie else tokens)
        if follow:
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": FOLLOW}}))
        await end(client, tokens)
        started = time.monotonic()
        how = await _close_of(socket)
    return Ended(how, time.monotonic() - started)


async def _still_open(api: str, tokens: Tokens | None) -> bool:
    """Whether a connection nobody has anything against outlives two looks at its caller."""
    async with _opened(api, tokens) as socket:
        await _start(socket, tokens)
        for _ in range(2):
            async with asyncio.timeout(A_MINUTE):
                assert json.loads(await socket.recv()) == {"type": "ping"}
            await socket.send('{"type": "pong"}')
        return True


async def _end_from_another_device(client: Client, tokens: Tokens) -> None:
    answer = await client.ask(END, id=encode("Session", tokens.session_id))
    assert answer == {"endSession": {"count": 1}}


async def _suspend(_client: Client, tokens: Tokens) -> None:
    await suspend_person(await a_person("administrator"), ChangeSuspension(tokens.user_id))


async def _two_devices(api: str) -> tuple[Tokens, Client]:
    """One of them with its tokens, the other as a client, of one person."""
    email = an_email()
    await a_user(email=email)
    first, second = [await log_in(LogIn(email=email, password=PASSWORD)) for _ in range(2)]
    return first, Client(api, second.access_token)


async def _short_lived() -> Tokens:
    """Tokens of which the access token expires in five seconds."""
    with clock_at(now() - timedelta(seconds=895)):
        return await signed_in()


def _opened(api: str, tokens: Tokens | None, *, cookie: bool = False) -> connect:
    headers = {"cookie": f"hanse-access={tokens.access_token}"} if cookie and tokens else {}
    return connect(_socket(api), subprotocols=[PROTOCOL], origin=Origin(api), additional_headers=headers)


async def _start(socket: ClientConnection, tokens: Tokens | None) -> None:
    payload = {} if tokens is None else {"authorization": f"Bearer {tokens.access_token}"}
    await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
    assert json.loads(await socket.recv()) == {"type": "connection_ack"}


async def _close_of(socket: ClientConnection) -> tuple[int | None, str]:
    """Answers pings until the server closes; its code and reason."""
    try:
        async with asyncio.timeout(A_MINUTE + 15):
            while True:
                if json.loads(await socket.recv()) == {"type": "ping"}:
                    await socket.send('{"type": "pong"}')
    except ConnectionClosed:
        return socket.close_code, socket.close_reason or ""


def _socket(api: str) -> str:
    return api.replace("http://", "ws://") + "/graphql"
