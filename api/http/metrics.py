"""What Prometheus scrapes: requests and operations of this process, and how far the machinery behind it is.

Every label has a known, small set of values, whatever clients send.
"""

import asyncio
import time
from collections.abc import Collection

import asyncpg
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.audit.waiting import waiting
from domain.shared.errors import Busy
from domain.shared.relaying import Backlog, backlog

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_PATIENCE_SECONDS = 1.0
_UNKNOWN = Backlog(unplaced=-1, open=-1, dead=-1)


class Metrics:
    """One registry. `operations` are the root fields and `paths` the addresses that are counted by name."""

    def __init__(self, operations: Collection[str], paths: Collection[str]) -> None:
        self._operations = frozenset(operations)
        self._paths = frozenset(paths)
        self._registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        self._requests = Counter(
            "hanse_http_requests", "Answered requests", ["path", "status"], registry=self._registry
        )
        self._answering = Histogram(
            "hanse_http_seconds", "Until an answer begins", ["path"], buckets=_SECONDS, registry=self._registry
        )
        self._operating = Histogram(
            "hanse_operation_seconds",
            "Executing a GraphQL operation, by its first root field",
            ["operation", "outcome"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._sockets = Gauge("hanse_websockets", "Open WebSockets", registry=self._registry)
        self._backlog = Gauge(
            "hanse_backlog", "Events, deliveries, audit entries; -1: not known", ["of"], registry=self._registry
        )

    def observe_operation(self, root_field: str, seconds: float, failed: bool) -> None:  # noqa: FBT001 # a hook's shape
        name = root_field if root_field in self._operations else "other"
        self._operating.labels(name, "failed" if failed else "done").observe(seconds)

    def observe_request(self, path: str, status: int, seconds: float) -> None:
        name = path if path in self._paths else "other"
        self._requests.labels(name, str(status)).inc()
        self._answering.labels(name).observe(seconds)

    def measured(self, app: ASGIApp) -> ASGIApp:
        """`app`, with its requests and WebSockets counted."""

        async def measuring(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "websocket":
                with self._sockets.track_inprogress():
                    await app(scope, receive, send)
                return
            started = time.perf_counter()

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    self.observe_request(scope["path"], message["status"], time.perf_counter() - started)
                await send(message)

            await app(scope, receive, sending)

        return measuring

    def route(self) -> Route:
        return Route("/metrics", self._scraped)

    async def _scraped(self, _request: Request) -> Response:
        found, entries = await _backlog_or_unknown()
        self._backlog.labels("events without position").set(found.unplaced)
        self._backlog.labels("deliveries open").set(found.open)
        self._backlog.labels("deliveries given up").set(found.dead)
        self._backlog.labels("audit entries without place").set(entries)
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


async def _backlog_or_unknown() -> tuple[Backlog, int]:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await backlog(), (await waiting()).entries
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Busy):
        return _UNKNOWN, -1
