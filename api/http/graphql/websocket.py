"""GraphQL over WebSocket, by the protocol graphql-transport-ws and no other.

Close codes: those of the protocol (4400, 4401, 4403, 4406, 4408, 4409, 4429, 4500), 4408 also when a ping is not
answered in time, 4403 also when the caller is not to be served any longer (an expired token, a device that was signed
out), and 1009 for messages that are too large (RFC 6455). Nothing is queued for a client: an operation
goes on to its next result when the socket has taken the last one, and a client that takes nothing misses a ping.
"""

import asyncio
import re
from contextlib import aclosing, suppress
from typing import Any, Final

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected
from strawberry.http.websocket_origin import is_same_origin, normalize_origin

from api.http.graphql.execution import Operations
from api.http.graphql.messages import Complete, ConnectionInit, Message, Ping, Pong, Subscribe, read_message
from api.http.graphql.refusals import OperationRefused, RequestRefused
from api.http.graphql.settings import Caller, FrontDoorSettings

PROTOCOL: Final = "graphql-transport-ws"
#: Reasons share a frame of 125 bytes with the code.
_MAX_REASON_BYTES: Final = 120
_CLOSE_TIMEOUT: Final = 2.0


async def serve_websocket(websocket: WebSocket, operations: Operations, settings: FrontDoorSettings) -> None:
    if not _origin_allowed(websocket, settings):
        await websocket.close()  # before it was accepted: HTTP 403
        return
    if PROTOCOL not in websocket.scope["subprotocols"]:
        await websocket.accept()
        await websocket.close(4406, "Subprotocol not acceptable")
        return
    await websocket.accept(PROTOCOL)
    await _Session(websocket, operations, settings).run()


class _Closing(Exception):
    """Ends the session; without a code, because the client has left."""

    def __init__(self, code: int | None = None, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class _Session:
    def __init__(self, websocket: WebSocket, operations: Operations, settings: FrontDoorSettings) -> None:
        self._websocket = websocket
        self._operations = operations
        self._presenter = operations.presenter
        self._settings = settings
        self._init: ConnectionInit | None = None
        self._context: Any = None
        self._pong = asyncio.Event()
        #: Operations that the client may complete, by their id.
        self._listed: dict[str, asyncio.Task[None]] = {}
        #: Operations that hold resources, including those that were cancelled and are still winding up.
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        closing = _Closing()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch())
                while True:
                    await self._handle(await self._receive(), tasks)
        except* _Closing as group:
            closing = _first(group)
        if closing.code is not None:
            await self._close(closing.code, closing.reason)

    async def _watch(self) -> None:
        """Closes the socket when the client says nothing at first, stops answering, or may stay no longer."""
        await asyncio.sleep(self._settings.connection_init_timeout)
        if self._init is None:
            raise _Closing(4408, "Connection initialisation timeout")
        while True:
            await asyncio.sleep(self._settings.ping_interval)
            await self._recheck()
            self._pong.clear()
            try:
                async with asyncio.timeout(self._settings.pong_timeout):
                    await self._send({"type": "ping"})
                    await self._pong.wait()
            except TimeoutError:
                raise _Closing(4408, "Pong timeout") from None

    async def _recheck(self) -> None:
        if self._context is None:
            return
        try:
            await self._operations.recheck(self._context)
        except RequestRefused as refused:
            raise _Closing(4403, refused.message) from None

    async def _receive(self) -> Message:
        frame = await self._websocket.receive()
        if frame["type"] == "websocket.disconnect":
            raise _Closing
        text = frame.get("text")
        if text is None:
            raise _Closing(4400, "Messages must be text")
        if len(text.encode()) > self._settings.max_message_bytes:
            raise _Closing(1009, "Message too big")
        try:
            return read_message(text)
        except RequestRefused as refused:
            raise _Closing(4400, refused.message) from None

    async def _handle(self, message: Message, tasks: asyncio.TaskGroup) -> None:
        match message:
            case ConnectionInit():
                await self._initialise(message)
            case Ping(payload):
                await self._send({"type": "pong", "payload": payload} if payload else {"type": "pong"})
            case Pong():
                self._pong.set()
            case Subscribe():
                await self._subscribe(message, tasks)
            case Complete(id):
                if task := self._listed.pop(id, None):
                    task.cancel()

    async def _initialise(self, message: ConnectionInit) -> None:
        if self._init is not None:
            raise _Closing(4429, "Too many initialisation requests")
        self._init = message
        try:
            self._context = await self._operations.context(self._caller())
        except (RequestRefused, OperationRefused) as refused:
            error = self._presenter.refusal(refused)["errors"][0]
            raise _Closing(4500 if error["extensions"]["code"] == "INTERNAL" else 4403, error["message"]) from None
        await self._send({"type": "connection_ack"})

    async def _subscribe(self, message: Subscribe, tasks: asyncio.TaskGroup) -> None:
        if self._init is None:
            raise _Closing(4401, "Unauthorized")
        if message.id in self._listed:
            raise _Closing(4409, f"Subscriber for {message.id} already exists")
        if len(self._running) >= self._settings.max_operations_per_socket:
            refused = RequestRefused(429, "TOO_MANY_OPERATIONS", "Too many operations at once on this connection.")
            await self._finish(message.id, self._presenter.refusal(refused))
            return
        task = tasks.create_task(self._run(message))
        self._listed[message.id] = task
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, message: Subscribe) -> None:
        answer: dict[str, Any] | None = None
        try:
            operation = self._operations.prepare(message.request)
            context = await self._operations.context(self._caller(operation.root_field))
            async with aclosing(self._operations.answers(operation, context)) as answers:
                async for result in answers:
                    answer, content = self._presenter.encode(result)
                    if "data" not in answer or not self._is_listed(message.id):
                        break
                    await self._send({"id": message.id, "type": "next", "payload": orjson.Fragment(content)})
        except (RequestRefused, OperationRefused) as refused:
            answer = self._presenter.refusal(refused)
        except _Closing:
            raise
        except Exception as error:  # noqa: BLE001 nothing leaves unmasked; it is logged with its id
            answer = self._presenter.refusal(error)
        if self._is_listed(message.id):
            await self._finish(message.id, answer)

    def _is_listed(self, operation_id: str) -> bool:
        """Whether the client still waits for what this task does under that id."""
        return self._listed.get(operation_id) is asyncio.current_task()

    async def _finish(self, operation_id: str, answer: dict[str, Any] | None) -> None:
        self._listed.pop(operation_id, None)  # before the message, which allows the client to use the id again
        if answer is None or "data" in answer:
            await self._send({"id": operation_id, "type": "complete"})
        else:
            await self._send({"id": operation_id, "type": "error", "payload": answer["errors"]})

    def _caller(self, root_field: str = "") -> Caller:
        return Caller(self._websocket, connection_init=self._init.payload if self._init else {}, root_field=root_field)

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            await self._websocket.send_text(orjson.dumps(message).decode())
        except (WebSocketDisconnect, WebSocketDisconnected):
            raise _Closing from None

    async def _close(self, code: int, reason: str) -> None:
        short = reason.encode()[:_MAX_REASON_BYTES].decode(errors="ignore")
        with suppress(WebSocketDisconnect, WebSocketDisconnected, TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._websocket.close(code, short)


def _first(group: "ExceptionGroup[_Closing]") -> _Closing:
    """What to tell the client, if anything: the first reason that has a code."""
    closings = [error for error in group.exceptions if isinstance(error, _Closing)]
    return next((closing for closing in closings if closing.code is not None), closings[0])


def _origin_allowed(websocket: WebSocket, settings: FrontDoorSettings) -> bool:
    """Browsers do not apply CORS to WebSockets, so a page elsewhere could open one in its visitor's name. Clients that
    are no browsers send no origin."""
    origin = websocket.headers.get("origin")
    if origin is None or "*" in settings.allowed_origins:
        return True
    pattern = settings.allowed_origin_pattern
    return (
        normalize_origin(origin) in settings.allowed_origins
        or is_same_origin(origin, websocket.headers.get("host"))
        or (pattern is not None and re.fullmatch(pattern, origin) is not None)
    )
