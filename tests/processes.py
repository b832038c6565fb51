"""The shop's processes, started by the modules that `hanse` starts, for tests that need them real."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import httpx

from domain.shared.settings import Settings

ROOT = Path(__file__).parents[1]
_PATIENCE_SECONDS = 30


@asynccontextmanager
async def serving(shop: Settings, **environment: str) -> AsyncIterator[str]:
    """`hanse serve` on a free port; yields its address once it answers."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with running("hanse.serve", shop=shop, log=None, HANSE_PORT=str(port), **environment) as process:
        await until_it_answers(process, f"{url}/healthz")
        yield url


@asynccontextmanager
async def running(
    module: str, *words: str, shop: Settings, log: Path | None = None, **environment: str
) -> AsyncIterator[Process]:
    """`python -m MODULE …` against the shop's engines, ended when the block ends.

    What it writes goes to the test's output, or into the file `log`.
    """
    engines = {"DATABASE_URL": shop.database_url, "REDIS_URL": shop.redis_url, "HANSE_DATA_DIR": str(shop.data_dir)}
    with log.open("wb") if log else nullcontext() as target:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *words,
            cwd=ROOT,
            env={**os.environ, **engines, **environment},
            stdout=target,
            stderr=target,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until_it_answers(process: Process, url: str) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(_PATIENCE_SECONDS * 20):
            if process.returncode is not None:
                raise RuntimeError(f"ended with {process.returncode} before it answered")
            try:
                await client.get(url)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return
    raise TimeoutError(url)
