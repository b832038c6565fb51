"""What one client does again and again: ask the same, or buy."""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

import orjson

from benchmarks.operations import ADD_LINE, ADDRESS, CREATE_CART, PLACE_ORDER
from benchmarks.wire import Answer, post

Steps = Sequence[Sequence[tuple[str, str]]]
"""Ways to do an operation, each a path and JSON body for every request of it."""


class Asked(Protocol):
    async def ask(self, request: bytes) -> Answer: ...


Script = Callable[[Asked], Awaitable[None]]


class Unexpected(Exception):
    """An answer that is not what the measurement is about."""


@dataclass(frozen=True)
class Job:
    """`clients` connections to `port` for `seconds`, each doing one operation after the other.

    An operation is one of the `steps` at random or, with `variants`, a purchase of two of them at /graphql. Client n
    sends the n-th of `tokens`, where there are any.
    """

    port: int = 0
    clients: int = 1
    seconds: float = 0
    steps: Steps = ()
    variants: Sequence[str] = ()
    tokens: Sequence[str] = ()


def script(job: Job, client: int) -> Script:
    token = job.tokens[client] if job.tokens else None
    return _buying(job.variants, token) if job.variants else _asking(job.steps, token)


async def cart_of(wire: Asked, variants: Sequence[str], token: str | None) -> Any:
    """A new cart with one unit of each variant, as the last mutation answered."""
    cart = await _mutate(wire, CREATE_CART, token, currency="EUR")
    for variant in variants:
        cart = await _mutate(wire, ADD_LINE, token, cartId=cart["id"], variantId=variant, quantity=1)
    return cart


async def place(wire: Asked, cart: Any, token: str | None) -> None:
    await _mutate(wire, PLACE_ORDER, token, cartId=cart["id"], expectedTotal=cart["total"], address=ADDRESS)


def _asking(steps: Steps, token: str | None) -> Script:
    alternatives = [[post(path, body.encode(), _headers(token)) for path, body in requests] for requests in steps]

    async def ask(wire: Asked) -> None:
        for request in random.choice(alternatives):
            status, body = await wire.ask(request)
            if status != 200 or b'"errors":' in body:
                raise Unexpected(f"{status} {body[:300]!r}")

    return ask


def _buying(variants: Sequence[str], token: str | None) -> Script:
    async def buy(wire: Asked) -> None:
        await place(wire, await cart_of(wire, random.sample(variants, 2), token), token)

    return buy


async def _mutate(wire: Asked, document: str, token: str | None, **input: Any) -> Any:
    sent = {"query": document, "variables": {"input": {"idempotencyKey": uuid4().hex, **input}}}
    status, body = await wire.ask(post("/graphql", orjson.dumps(sent), _headers(token)))
    result = next(iter((orjson.loads(body).get("data") or {"": None}).values())) or {}
    if status != 200 or result.get("__typename") not in {"Cart", "Order"}:
        raise Unexpected(f"{status} {body[:300]!r}")
    return result


def _headers(token: str | None) -> Mapping[str, str]:
    return {} if token is None else {"authorization": f"Bearer {token}"}
