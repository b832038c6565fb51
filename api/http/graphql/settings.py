from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import Response

from api.http.graphql.received import Received
from api.limits.cache import CacheBounds
from api.limits.limits import DocumentLimits


@dataclass(frozen=True, slots=True)
class FrontDoorSettings:
    """Times are in seconds, sizes in bytes."""

    limits: DocumentLimits = field(default_factory=DocumentLimits)
    cache: CacheBounds = field(default_factory=CacheBounds)
    #: Whether the schema can be asked about itself.
    introspection: bool = True
    #: "Did you mean" in messages; they tell names of the schema even where introspection is off.
    suggestions: bool = False
    #: Whether browsers that open the address get GraphiQL.
    graphiql: bool = False
    #: Origins of web pages that may open a WebSocket, besides the server's own; "*" admits every origin.
    allowed_origins: frozenset[str] = frozenset()
    #: A regular expression: origins that match the whole of it are allowed too.
    allowed_origin_pattern: str | None = None

    max_body_bytes: int = 512_000
    #: How long a client may take to send a request's body.
    body_timeout: float = 10.0

    #: A request with files must come with one of these headers: no page of another site can send them unasked (CORS).
    form_guards: tuple[str, ...] = ("authorization", "x-hanse-csrf")
    max_files: int = 10
    #: Of a request with files, all of them together; each of them is bounded by `Hooks.upload_limit`.
    max_form_bytes: int = 268_435_456
    #: How long a client may take to send a request with files, never silent for longer than `body_timeout`; what it asks
    #: for has come within that too.
    form_timeout: float = 900.0
    #: Requests whose files are taken in at once by one process; others are told to come back.
    max_forms_at_once: int = 8

    #: Between the comments that keep an event stream open; its caller is asked for again (`Hooks.recheck`) before each.
    heartbeat_interval: float = 15.0
    #: How long an event stream may fail to take a heartbeat before it is cut off.
    stalled_timeout: float = 30.0

    connection_init_timeout: float = 3.0
    #: The caller is asked for again before each ping.
    ping_interval: float = 20.0
    #: How long a client may take to receive a ping and answer it.
    pong_timeout: float = 10.0
    max_message_bytes: int = 256_000
    #: Operations under way at once on one WebSocket, of any kind.
    max_operations_per_socket: int = 50


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for an operation, as far as the transport knows."""

    #: The HTTP request, or the WebSocket that the operation came over.
    connection: HTTPConnection
    #: The payload of `connection_init`, or None when the operation did not come over a WebSocket.
    connection_init: Mapping[str, Any] | None = None
    #: The header `Last-Event-ID`: the id of the last event that a returning client of an event stream has seen.
    last_event_id: str | None = None
    #: The name of the operation's first root field; empty where a fragment stands first, and at `connection_init`.
    root_field: str = ""
    #: Whether the answer is one HTTP response, whose headers can be told when the operation has been executed.
    takes_headers: bool = False


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the front door asks of the application."""

    #: Makes the context of one operation; also called once per WebSocket at `connection_init`, to see whether the
    #: payload is acceptable. May raise `RequestRefused`, or any error that `describe` knows.
    context: Callable[[Caller], Awaitable[Any]]
    #: What clients may know of an exception, given the operation's context (None if there is none yet): the error's
    #: extensions with their `code`, and optionally a `message` in place of the exception's text. None masks it.
    describe: Callable[[BaseException, Any], Mapping[str, Any] | None]
    #: Makes the context for one event of a subscription from the operation's context. What it raises ends the
    #: subscription: the place to find that a token has expired.
    event_context: Callable[[Any], Awaitable[Any]] | None = None
    #: Asked again and again while a WebSocket or an event stream is open, with the context of `connection_init` or of the
    #: operation. The `RequestRefused` that it raises closes the connection.
    recheck: Callable[[Any], Awaitable[None]] | None = None
    #: Given the context and the response of an operation that was executed, to set headers.
    amend: Callable[[Any, Response], None] | None = None
    #: Told of every query and mutation that was executed: its first root field, the seconds it took, and whether it
    #: had errors.
    observe: Callable[[str, float, bool], None] | None = None
    #: How many bytes a file may have that comes with the operation of this first root field, given the operation's
    #: context. Asked before the files are read; may raise as `context` does. None: no operation takes files.
    upload_limit: Callable[[Any, str], int] | None = None
    #: What the schema's scalar is given for a file; it may be read until the operation has been answered.
    upload: Callable[[Received], Any] | None = None
    #: The id of an event (its cursor) from a result's `data`; clients send the last one back as `Last-Event-ID`.
    event_id: Callable[[Mapping[str, Any]], str | None] | None = None
