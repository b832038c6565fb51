"""Whether the process serves, and whether the whole machinery behind it does."""

import asyncio
from collections.abc import Awaitable
from typing import cast

import asyncpg
import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from domain.shared.alive import alive_key
from domain.shared.database import value
from domain.shared.errors import Busy

_PATIENCE_SECONDS = 1.0
_PARTS = {"relay": alive_key("relay"), "worker": alive_key("worker:default")}


def health_routes(redis: Redis) -> list[Route]:
    """`/healthz` answers 200 while the process serves. `/readyz` answers 200 when the database, the queue, the relay and
    a worker do their part, else 503; its body says of each whether it is up."""

    async def ready(_request: Request) -> Response:
        database, behind_redis = await asyncio.gather(_database(), _behind_redis(redis))
        parts = {"database": database, **behind_redis}
        is_ready = all(parts.values())
        body = {"ready": is_ready, "parts": {name: "up" if up else "down" for name, up in parts.items()}}
        return Response(
            orjson.dumps(body),
            status_code=200 if is_ready else 503,
            media_type="application/json",
            headers={"cache-control": "no-store"},
        )

    return [Route("/healthz", _alive), Route("/readyz", ready)]


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok", headers={"cache-control": "no-store"})


async def _database() -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return bool(await value("SELECT true"))
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Busy):
        return False


async def _behind_redis(redis: Redis) -> dict[str, bool]:
    """The queue itself, and the parts that say through it that they are alive."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            marks = await cast("Awaitable[list[bytes | None]]", redis.mget(*_PARTS.values()))
    except (TimeoutError, OSError, RedisError):
        return {"queue": False, **dict.fromkeys(_PARTS, False)}
    return {"queue": True, **{part: mark is not None for part, mark in zip(_PARTS, marks, strict=True)}}
