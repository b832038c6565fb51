"""The two floors, served like the API: bare routes that send recorded bytes, and routes with hand-written SQL.

`python -m benchmarks.floors FOLDER`: FOLDER holds the recorded answers, one file each. It listens at HANSE_PORT.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.floor_purchase import purchase
from benchmarks.floor_reads import product_list, product_page
from domain.shared.database import credentials
from domain.shared.settings import settings


def app(folder: Path) -> Starlette:
    recorded = {file.stem: file.read_bytes() for file in folder.iterdir()}

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with asyncpg.create_pool(
            **credentials(settings().database_url),
            min_size=1,
            max_size=settings().database_pool_size,
            reset=_reset,
            server_settings={"jit": "off", "timezone": "UTC"},
        ) as pool:
            yield {"pool": pool}

    async def same_bytes(request: Request) -> Response:
        await request.body()
        return _json(recorded[request.path_params["name"]])

    routes = [
        Route("/healthz", _alive),
        Route("/bytes/{name}", same_bytes, methods=["POST"]),
        Route("/statement/list", _listed, methods=["POST"]),
        Route("/statement/page", _page, methods=["POST"]),
        Route("/statement/purchase", _bought, methods=["POST"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _listed(request: Request) -> Response:
    asked = orjson.loads(await request.body())["variables"]
    async with request.state.pool.acquire() as connection:
        return _json(orjson.dumps({"data": {"products": await product_list(connection, asked["first"])}}))


async def _page(request: Request) -> Response:
    asked = orjson.loads(await request.body())["variables"]
    async with request.state.pool.acquire() as connection:
        return _json(orjson.dumps({"data": {"product": await product_page(connection, asked["slug"])}}))


async def _bought(request: Request) -> Response:
    asked = orjson.loads(await request.body())
    async with request.state.pool.acquire() as connection:
        return _json(orjson.dumps(await purchase(connection, asked)))


def _json(content: bytes) -> Response:
    headers = {"content-type": "application/graphql-response+json; charset=utf-8", "vary": "accept"}
    return Response(content, headers=headers)


async def _reset(_: asyncpg.Connection) -> None:
    """Nothing, as in the shop: the default costs a round trip on every release."""


def main() -> None:
    config = uvicorn.Config(
        app(Path(sys.argv[1])),
        host=settings().host,
        port=settings().port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
