"""The API under another server than `hanse serve` uses: `python -m benchmarks.serving NAME`, at HANSE_PORT."""

import gc
import sys
from collections.abc import Callable

import granian
import uvicorn
from granian.constants import Interfaces, Loops
from starlette.applications import Starlette

from api.app import create_app
from domain.shared.logs import configure_logs
from domain.shared.settings import settings
from hanse import serve


def made() -> Starlette:
    """What granian's own process calls."""
    configure_logs(settings().log_level, process="api")
    return create_app(settings())


def _as_served() -> None:
    serve.main()


def _own_loop() -> None:
    config = uvicorn.Config(made(), port=settings().port, loop="asyncio", access_log=False, log_config=None)
    uvicorn.Server(config).run()


def _not_frozen() -> None:
    gc.freeze = _nothing
    serve.main()


def _nothing() -> None:
    """In place of gc.freeze()."""


def _granian() -> None:
    granian.Granian(
        "benchmarks.serving:made",
        factory=True,
        address=settings().host,
        port=settings().port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        websockets=True,
        log_enabled=False,
    ).serve()


SERVERS: dict[str, Callable[[], None]] = {
    "uvicorn": _as_served,
    "uvicorn, asyncio's loop": _own_loop,
    "uvicorn, no gc.freeze": _not_frozen,
    "granian": _granian,
}


if __name__ == "__main__":
    SERVERS[sys.argv[1]]()
