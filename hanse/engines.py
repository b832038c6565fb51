"""The engines of one machine: PostgreSQL and Valkey out of their wheels, with their files under the data folder."""

import fcntl
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from domain.shared.settings import Settings
from hanse import postgres, valkey
from hanse.failures import Failure
from hanse.processes import MARK, Child, Part, end, end_leftovers
from hanse.secret_files import make_folder, write_secret

_STOP_SECONDS = 3.5


class Engines:
    """Starts those engines whose address is not set and ends what it started; their data stays.

    Holds the data folder's lock from `claim()` to `stop()`. `durable=False` is for tests: quick, but a power cut may
    lose data.
    """

    def __init__(self, settings: Settings, *, durable: bool = True) -> None:
        self.folder = settings.data_dir.resolve()
        self.settings = settings
        self.children: list[Child] = []
        self._durable = durable
        self._lock: IO[str] | None = None

    async def claim(self) -> None:
        """Take the data folder and end what a killed start left in it. Raises Failure when it is in use or read-only."""
        make_folder(self.folder)
        self._lock = _take_lock(self.folder)
        await end_leftovers(str(self.folder), seconds=5)

    async def start_postgres(self) -> None:
        if not self.settings.database_url:
            folder = self.folder / "postgres"
            server = self._spawn(await postgres.prepare(folder, self._log("postgres"), durable=self._durable))
            self._found(database_url=await postgres.ready(server, folder))

    async def start_valkey(self) -> None:
        if self.settings.redis_url:
            await valkey.check(self.settings.redis_url)
        else:
            folder = self.folder / "valkey"
            server = self._spawn(valkey.prepare(folder, self._log("valkey"), durable=self._durable))
            self._found(redis_url=await valkey.ready(server, folder))

    async def stop(self) -> None:
        """End both within seconds. PostgreSQL is asked for its fast shutdown, so that the next start need not recover."""
        if self._lock is None:
            return
        (self.folder / "addresses.json").unlink(missing_ok=True)
        await end(self.children, seconds=_STOP_SECONDS)
        self.children.clear()
        postgres.tidy(self.folder / "postgres")
        self._lock.close()
        self._lock = None

    def _spawn(self, part: Part) -> Child:
        child = Child(replace(part, environment={**part.environment, MARK: str(self.folder)}))
        self.children.append(child)
        return child

    def _found(self, **addresses: str) -> None:
        self.settings = self.settings.model_copy(update=addresses)
        known = {"database_url": self.settings.database_url, "redis_url": self.settings.redis_url}
        write_secret(self.folder / "addresses.json", json.dumps(known))

    def _log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"


@asynccontextmanager
async def reachable(settings: Settings) -> AsyncIterator[Settings]:
    """The settings with both addresses: as set, else those of the `hanse up` that runs here, else of our own engines."""
    known = with_running(settings)
    if known.database_url and known.redis_url:
        yield known
        return
    engines = Engines(known)
    try:
        await engines.claim()
        await engines.start_postgres()
        await engines.start_valkey()
        yield engines.settings
    finally:
        await engines.stop()


def with_running(settings: Settings) -> Settings:
    """The settings, completed by the addresses of the engines that run in their data folder, if any."""
    folder = settings.data_dir.resolve()
    try:
        _take_lock(folder).close()
    except FileNotFoundError:
        return settings
    except Failure:
        addresses = json.loads((folder / "addresses.json").read_text())
        missing = {name: found for name, found in addresses.items() if found and not getattr(settings, name)}
        return settings.model_copy(update=missing)
    return settings


def _take_lock(folder: Path) -> IO[str]:
    """A lock that ends with its process, however that ends."""
    lock = (folder / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read()
        lock.close()
        raise Failure(
            f"the data folder {folder} is in use by process {owner}; end that first", os.EX_TEMPFAIL
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
