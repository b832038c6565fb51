"""GraphQL over HTTP, by its specification (https://graphql.github.io/graphql-over-http/draft/)."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry import Schema
from strawberry.http.ides import get_graphql_ide_html

from api.http.graphql.events import EventStream
from api.http.graphql.execution import Operation, Operations
from api.http.graphql.forms import is_form, open_form
from api.http.graphql.negotiation import Media, negotiate
from api.http.graphql.parts import drain
from api.http.graphql.refusals import OperationRefused, RequestRefused
from api.http.graphql.request import read_request
from api.http.graphql.settings import Caller, FrontDoorSettings, Hooks
from api.http.graphql.websocket import serve_websocket

_CLOSE: Final = {"connection": "close"}


class FrontDoor:
    """An ASGI application for one path, over HTTP and WebSocket."""

    def __init__(self, schema: Schema, hooks: Hooks, settings: FrontDoorSettings) -> None:
        self._operations = Operations(schema, hooks, settings)
        self._presenter = self._operations.presenter
        self._hooks = hooks
        self._settings = settings
        self._forms = asyncio.Semaphore(settings.max_forms_at_once)

    def routes(self, path: str) -> list[BaseRoute]:
        return [Route(path, self), WebSocketRoute(path, self)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await serve_websocket(WebSocket(scope, receive, send), self._operations, self._settings)
            return
        try:
            response = await self._respond(Request(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> ASGIApp:
        media = Media.LEGACY
        try:
            if request.method not in {"GET", "POST"}:
                raise _wrong_method("GraphQL is asked with GET or POST.", allow="GET, POST")
            asks_nothing = request.method == "GET" and "query" not in request.query_params
            acceptable = negotiate(request, html=self._settings.graphiql and asks_nothing)
            if acceptable[0] is Media.HTML:
                return HTMLResponse(get_graphql_ide_html("graphiql"))
            media = Media.GRAPHQL if _prefers_graphql(acceptable) else Media.LEGACY
            return await self._run(request, acceptable, media)
        except RequestRefused as refused:
            answer = self._presenter.refusal(refused)
            return self._json(answer, media, status=refused.status, headers=refused.headers)
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 nothing leaves unmasked; it is logged with its id
            return self._json(self._presenter.refusal(error), media)

    async def _run(self, request: Request, acceptable: tuple[Media, ...], media: Media) -> ASGIApp:
        if is_form(request):
            return await self._run_form(request, media)
        wanted = await read_request(request, self._settings)
        try:
            operation = self._operations.prepare(wanted)
            _check_transport(operation, request, acceptable)
            streamed = operation.kind is OperationType.SUBSCRIPTION or acceptable[0] is Media.EVENTS
            context = await self._operations.context(_caller(request, operation, streamed=streamed))
        except OperationRefused as refused:
            answer = self._presenter.refusal(refused)
            return self._events(_only(answer)) if acceptable[0] is Media.EVENTS else self._json(answer, media)
        if streamed:
            return self._events(
                self._operations.answers(operation, context), recheck=partial(self._operations.recheck, context)
            )
        response = self._json(await self._operations.answer(operation, context), media)
        return self._operations.amend(context, response)

    async def _run_form(self, request: Request, media: Media) -> Response:
        """A mutation with files. What is refused before they were read closes the connection."""
        chunks = request.stream()
        try:
            return await self._answer_form(request, chunks, media)
        except OperationRefused as refused:
            await drain(chunks)
            return self._json(self._presenter.refusal(refused), media, headers=_CLOSE)
        except RequestRefused as refused:
            await drain(chunks)
            refused.headers |= _CLOSE
            raise

    async def _answer_form(self, request: Request, chunks: AsyncGenerator[bytes, None], media: Media) -> Response:
        form = await open_form(request, chunks, self._settings)
        operation = self._operations.prepare(form.wanted)
        if operation.kind is not OperationType.MUTATION:
            raise RequestRefused(400, "BAD_REQUEST", "Only mutations take files.")
        context = await self._operations.context(_caller(request, operation, streamed=False))
        longest = self._operations.upload_limit(context, operation.root_field)
        if self._forms.locked():
            text = "Too many files are being received; try again in a few seconds."
            raise RequestRefused(503, "BUSY", text, headers={"retry-after": "5"})
        # Only now, so that nobody who may not send files keeps a place from those who may.
        async with self._forms, form.files(longest=longest, shown=self._operations.upload):
            response = self._json(await self._operations.answer(operation, context), media)
        return self._operations.amend(context, response)

    def _events(
        self, answers: AsyncGenerator[dict[str, Any], None], recheck: Callable[[], Awaitable[None]] | None = None
    ) -> EventStream:
        return EventStream(
            answers,
            presenter=self._presenter,
            settings=self._settings,
            event_id=self._hooks.event_id,
            recheck=recheck,
        )

    def _json(
        self,
        answer: dict[str, Any],
        media: Media,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        sent, content = self._presenter.encode(answer)
        return Response(
            content,
            status or _status(sent, media),
            headers={"content-type": f"{media.value}; charset=utf-8", "vary": "accept", **(headers or {})},
        )


def _caller(request: Request, operation: Operation, *, streamed: bool) -> Caller:
    return Caller(
        request,
        last_event_id=request.headers.get("last-event-id"),
        root_field=operation.root_field,
        takes_headers=not streamed,
    )


def _prefers_graphql(acceptable: tuple[Media, ...]) -> bool:
    return next((media for media in acceptable if media in {Media.GRAPHQL, Media.LEGACY}), None) is Media.GRAPHQL


def _check_transport(operation: Operation, request: Request, acceptable: tuple[Media, ...]) -> None:
    if operation.kind is OperationType.MUTATION and request.method == "GET":
        raise _wrong_method("Mutations are sent with POST.", allow="POST")
    if operation.kind is OperationType.SUBSCRIPTION and Media.EVENTS not in acceptable:
        message = f"Subscriptions are answered as {Media.EVENTS.value}, or over WebSocket."
        raise RequestRefused(406, "NOT_ACCEPTABLE", message)


def _wrong_method(message: str, *, allow: str) -> RequestRefused:
    return RequestRefused(405, "METHOD_NOT_ALLOWED", message, headers={"allow": allow})


def _status(answer: Mapping[str, Any], media: Media) -> int:
    """Of answers to well-formed requests. The legacy media type has 200 for all of them but our own failures."""
    if "data" in answer:
        return 200
    if any(error["extensions"]["code"] == "INTERNAL" for error in answer["errors"]):
        return 500
    return 400 if media is Media.GRAPHQL else 200


async def _only(answer: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
    yield answer
