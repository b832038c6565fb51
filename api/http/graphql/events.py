"""GraphQL over server-sent events, in distinct connections mode: one operation for each request."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from api.http.graphql.presenting import Presenter
from api.http.graphql.refusals import RequestRefused
from api.http.graphql.settings import FrontDoorSettings

_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]
_COMPLETE: Final = b"event: complete\ndata:\n\n"
_HEARTBEAT: Final = b":\n\n"


class _Ended(Exception):
    """The stream is over: completed, or the client has left or stopped reading."""


class EventStream:
    """An ASGI response. It ends, and closes the source, as soon as the client leaves, or is not to be served any longer."""

    def __init__(
        self,
        answers: AsyncGenerator[dict[str, Any], None],
        *,
        presenter: Presenter,
        settings: FrontDoorSettings,
        event_id: Callable[[Mapping[str, Any]], str | None] | None,
        recheck: Callable[[], Awaitable[None]] | None,
    ) -> None:
        self._answers = answers
        self._presenter = presenter
        self._settings = settings
        self._event_id = event_id
        self._recheck = recheck

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._answers):
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            refused: RequestRefused | None = None
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._send_events(send))
                    tasks.create_task(self._keep_open(send))
                    tasks.create_task(_notice_leaving(receive))
            except* RequestRefused as group:
                refused = _first(group)
            except* (_Ended, OSError):  # servers may raise OSError when a client has gone
                pass
            if refused is not None:
                await self._end(send, self._event(self._presenter.refusal(refused)))

    async def _send_events(self, send: Send) -> None:
        async for answer in self._answers:
            await _send_chunk(send, self._event(answer))
        await self._end(send)
        raise _Ended

    async def _end(self, send: Send, last_event: bytes = b"") -> None:
        await send({"type": "http.response.body", "body": last_event + _COMPLETE, "more_body": False})

    async def _keep_open(self, send: Send) -> None:
        while True:
            await asyncio.sleep(self._settings.heartbeat_interval)
            if self._recheck is not None:
                await self._recheck()
            try:
                async with asyncio.timeout(self._settings.stalled_timeout):
                    await _send_chunk(send, _HEARTBEAT)
            except TimeoutError:
                raise _Ended from None

    def _event(self, answer: dict[str, Any]) -> bytes:
        sent, encoded = self._presenter.encode(answer)
        event_id = self._event_id(sent["data"]) if self._event_id and sent.get("data") else None
        id_line = b"id: " + _one_line(event_id) + b"\n" if event_id else b""
        return b"event: next\n" + id_line + b"data: " + encoded + b"\n\n"


async def _send_chunk(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _notice_leaving(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    raise _Ended


def _first(group: "ExceptionGroup[RequestRefused]") -> RequestRefused:
    return next(error for error in group.exceptions if isinstance(error, RequestRefused))


def _one_line(text: str) -> bytes:
    """An id cannot hold line ends or NUL (HTML standard, section 9.2.6)."""
    return "".join(character for character in text if character not in "\r\n\0").encode()
