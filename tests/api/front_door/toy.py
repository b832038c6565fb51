"""A small schema with everything that the front door must survive, and what its resolvers have seen."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from typing import Any, NewType

import strawberry
from starlette.responses import Response
from strawberry.schema.config import StrawberryConfig

from api.http.graphql.endpoint import FrontDoor
from api.http.graphql.received import Received
from api.http.graphql.refusals import RequestRefused
from api.http.graphql.settings import Caller, FrontDoorSettings, Hooks


@dataclass
class Seen:
    mutations: int = 0
    #: Subscriptions that have started and not ended.
    open_sources: int = 0
    flooded: int = 0
    rechecks: int = 0


seen = Seen()
_serials = count(1)


@dataclass
class ToyContext:
    caller: Caller
    event_number: int = 0
    request_id: str = "request-7"
    serial: int = field(default_factory=lambda: next(_serials))


class OutOfStock(Exception):
    """A public error."""

    code = "OUT_OF_STOCK"


class TokenExpired(Exception):
    """A public error."""

    code = "UNAUTHENTICATED"


Info = strawberry.Info[ToyContext, None]
Raw = NewType("Raw", object)
EvenNumber = NewType("EvenNumber", int)
File = NewType("File", object)


@strawberry.enum
class Colour(Enum):
    RED = "red"
    GREEN = "green"


@strawberry.type
class Product:
    name: str = "scarf"

    @strawberry.field
    def variants(self) -> "list[Product]":
        return [Product()]

    @strawberry.field
    def similar(self, first: int = 2) -> "ProductConnection":
        return ProductConnection(nodes=[Product()] * first)


@strawberry.type
class ProductConnection:
    nodes: list[Product]


@strawberry.type
class Query:
    @strawberry.field
    def takes_headers(self, info: Info) -> bool:
        return info.context.caller.takes_headers

    @strawberry.field
    def hello(self) -> str:
        return "world"

    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def number(self, value: int) -> int:
        return value

    @strawberry.field
    def even(self, value: EvenNumber) -> int:
        return value

    @strawberry.field
    def colour(self, value: Colour) -> Colour:
        return value

    @strawberry.field
    def products(self, first: int | None = None, last: int | None = None) -> ProductConnection:
        return ProductConnection(nodes=[Product()] * (first or last or 1))

    @strawberry.field
    def product(self) -> Product:
        return Product()

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("password=hunter2")

    @strawberry.field
    def required_and_broken(self) -> str:
        raise RuntimeError("password=hunter2")

    @strawberry.field
    def sold_out(self) -> str | None:
        raise OutOfStock("Sold out")

    @strawberry.field
    def raw(self, kind: str) -> Raw | None:
        return Raw({"bytes": b"\xff", "surrogate": "\ud800", "long": 2**70}[kind])

    @strawberry.field
    def context_serial(self, info: Info) -> int:
        return info.context.serial

    @strawberry.field
    def token(self, info: Info) -> str | None:
        init = info.context.caller.connection_init
        return (init or {}).get("authorization")

    @strawberry.field
    async def slow(self, seconds: float) -> bool:
        await asyncio.sleep(seconds)
        return True

    @strawberry.field
    async def stubborn(self) -> bool:
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            return True
        return False


@strawberry.type
class Mutation:
    @strawberry.mutation
    def increment(self) -> int:
        seen.mutations += 1
        return seen.mutations

    @strawberry.mutation
    def keep(self, files: list[File | None], note: str = "") -> list[str]:
        """The name, size and hash of each, and the note."""
        seen.mutations += 1
        return [_told(one) + note for one in files]


@strawberry.type
class Tick:
    number: int
    cursor: str

    @strawberry.field
    def event_number(self, info: Info) -> int:
        return info.context.event_number


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self, info: Info, to: int, delay: float = 0.0) -> AsyncGenerator[Tick, None]:
        start = int(info.context.caller.last_event_id or 0)
        seen.open_sources += 1
        try:
            for number in range(start + 1, to + 1):
                await asyncio.sleep(delay)
                yield Tick(number=number, cursor=str(number))
        finally:
            seen.open_sources -= 1

    @strawberry.subscription
    async def silence(self) -> AsyncGenerator[str, None]:
        seen.open_sources += 1
        try:
            await asyncio.Event().wait()
            yield "never"
        finally:
            seen.open_sources -= 1

    @strawberry.subscription
    async def flood(self) -> AsyncGenerator[str, None]:
        seen.open_sources += 1
        try:
            while True:
                seen.flooded += 1
                yield "x" * 50_000
        finally:
            seen.open_sources -= 1

    @strawberry.subscription
    async def breaks(self) -> AsyncGenerator[str, None]:
        yield "one"
        raise RuntimeError("password=hunter2")

    @strawberry.subscription
    async def sells_out(self) -> AsyncGenerator[str, None]:
        yield "one"
        raise OutOfStock("Sold out")

    @strawberry.subscription
    async def never_starts(self, sold: bool = True) -> AsyncGenerator[str, None]:
        if sold:
            raise OutOfStock("Sold out")
        yield "never"


def _even(value: object) -> int:
    if not isinstance(value, int) or value % 2:
        raise ValueError("not an even number")
    return value


def _file(value: object) -> object:
    if not isinstance(value, Received):
        raise ValueError("not a file")
    return value


def _told(file: object) -> str:
    assert isinstance(file, Received)
    file.file.seek(0)
    assert hashlib.sha256(file.file.read()).hexdigest() == file.sha256
    return f"{file.name} {file.size}"


schema = strawberry.Schema(
    Query,
    Mutation,
    Subscription,
    config=StrawberryConfig(
        scalar_map={
            Raw: strawberry.scalar(name="Raw", serialize=lambda value: value),
            EvenNumber: strawberry.scalar(name="EvenNumber", parse_value=_even),
            File: strawberry.scalar(name="File", parse_value=_file),
        }
    ),
)


async def make_context(caller: Caller) -> ToyContext:
    authorization = (caller.connection_init or {}).get("authorization") or caller.connection.headers.get(
        "authorization"
    )
    if authorization == "forged":
        raise RequestRefused(401, "UNAUTHENTICATED", "Invalid token", headers={"www-authenticate": "Bearer"})
    if authorization == "expired":
        raise TokenExpired("The token has expired")
    if authorization == "unlucky":
        raise RuntimeError("password=hunter2")
    return ToyContext(caller)


async def make_event_context(context: ToyContext) -> ToyContext:
    context.event_number += 1
    if context.caller.connection.headers.get("authorization") == "for two events" and context.event_number > 2:
        raise TokenExpired("The token has expired")
    return ToyContext(context.caller, event_number=context.event_number)


async def recheck(context: ToyContext) -> None:
    seen.rechecks += 1
    authorization = (context.caller.connection_init or context.caller.connection.headers).get("authorization")
    if authorization == "unlucky later":
        raise RuntimeError("password=hunter2")
    if authorization == "welcome no longer":
        raise RequestRefused(401, "SESSION_ENDED", "This session has ended")


def amend(context: ToyContext, response: Response) -> None:
    response.headers["x-root-field"] = context.caller.root_field
    response.set_cookie("serial", str(context.serial))


def describe(error: BaseException, _context: ToyContext | None) -> Mapping[str, Any] | None:
    if isinstance(error, OutOfStock):
        return {"code": error.code, "sku": "A-1", "message": "Sold out, sorry"}
    return {"code": error.code} if isinstance(error, TokenExpired) else None


def event_id(data: Mapping[str, Any]) -> str | None:
    tick = data.get("ticks")
    return tick.get("cursor") if isinstance(tick, dict) else None


def upload_limit(context: ToyContext, root_field: str) -> int:
    if context.caller.connection.headers.get("authorization") == "may not":
        raise OutOfStock("Sold out")
    if root_field != "keep":
        raise RequestRefused(400, "BAD_REQUEST", "This operation takes no files.")
    return 100_000


HOOKS = Hooks(
    context=make_context,
    describe=describe,
    event_context=make_event_context,
    event_id=event_id,
    recheck=recheck,
    amend=amend,
    upload_limit=upload_limit,
)


def front_door(settings: FrontDoorSettings) -> FrontDoor:
    return FrontDoor(schema, HOOKS, settings)
