import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from api.http.graphql.settings import FrontDoorSettings

from .toy import front_door, seen

#: Small limits and short times, to reach them in a test.
IMPATIENT = FrontDoorSettings(
    max_body_bytes=10_000,
    body_timeout=0.3,
    heartbeat_interval=0.1,
    stalled_timeout=0.3,
    connection_init_timeout=0.3,
    ping_interval=0.2,
    pong_timeout=0.3,
    max_message_bytes=2_000,
    max_operations_per_socket=3,
    max_form_bytes=150_000,
    form_timeout=1.0,
    max_forms_at_once=1,
    allowed_origins=frozenset({"https://shop.example"}),
)
USUAL = FrontDoorSettings(graphiql=True)


@pytest.fixture(scope="session")
def usual() -> Iterator[str]:
    with _serving(USUAL) as address:
        yield address


@pytest.fixture(scope="session")
def impatient() -> Iterator[str]:
    with _serving(IMPATIENT) as address:
        yield address


@pytest.fixture(scope="session")
def client(usual: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://{usual}", timeout=10) as client:
        yield client


@pytest.fixture(autouse=True)
def sources_of_earlier_tests_have_ended() -> None:
    """Their clients have left, but servers may need a moment to notice."""
    deadline = time.monotonic() + 3
    while seen.open_sources and time.monotonic() < deadline:
        time.sleep(0.01)
    assert seen.open_sources == 0


@contextmanager
def _serving(settings: FrontDoorSettings) -> Iterator[str]:
    """Host and port of a server in a thread of its own."""
    app = Starlette(routes=front_door(settings).routes("/graphql"))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
