"""The least that a load generator needs of HTTP/1.1: one connection that is kept, one request at a time.

General clients take longer for a request than a bare Starlette route does, and would measure themselves
(docs/adr/0003-asgi-server-and-json.md has the numbers).
"""

import asyncio
from collections.abc import Mapping
from typing import cast

from httptools import HttpResponseParser

Answer = tuple[int, bytes]
"""Status and body."""


class Wire(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._body = bytearray()
        self._parser = HttpResponseParser(self)

    async def ask(self, request: bytes) -> Answer:
        """Send a whole request and wait for its answer. Raises ConnectionError when the server hangs up."""
        assert self._transport is not None
        assert self._answer is None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionError("the server closed the connection"))

    def on_message_begin(self) -> None:
        self._body = bytearray()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result((self._parser.get_status_code(), bytes(self._body)))


async def wire(port: int) -> Wire:
    """A connection to this machine's `port`."""
    _, protocol = await asyncio.get_running_loop().create_connection(Wire, "127.0.0.1", port)
    return protocol


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """The bytes of a POST of JSON."""
    told = {
        "host": "127.0.0.1",
        "content-type": "application/json",
        "accept": "application/graphql-response+json",
        "content-length": str(len(body)),
        **headers,
    }
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body
