"""Child processes: started so that they end when we do, and ended so that none of theirs is left."""

import asyncio
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

MARK = "HANSE_SUPERVISOR"
"""The environment variable by which a later start finds what an earlier one left; its value is the data folder."""
_LOG_LIMIT = 20_000_000
_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


@dataclass(frozen=True)
class Part:
    """One process of the shop.

    Without a log it writes to our own terminal. `stop_signal` asks it to end; `user` is the id of another system user.
    """

    name: str
    command: tuple[str, ...]
    log: Path | None
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    user: int | None = None


class Child:
    """A started part: the leader of a session of its own, so that a terminal's Ctrl-C reaches only the supervisor."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.start()

    def start(self) -> None:
        self.started = time.monotonic()
        self._process = _start(self.part)
        self.pid = self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self._process.poll()

    def ask_to_end(self) -> None:
        if self.exit_code is None:
            self._process.send_signal(self.part.stop_signal)

    def kill(self) -> None:
        """End it, and whatever it has started, at once."""
        with suppress(ProcessLookupError, PermissionError):  # nothing is left; macOS says so by the latter
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def last_words(self) -> str:
        """The last line of its log, where a process that could not start says why."""
        lines = _tail(self.part.log).split("\n") if self.part.log else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "its log is empty")


async def end(children: Iterable[Child], *, seconds: float, hurry: asyncio.Event | None = None) -> None:
    """Ask all to end, wait, then kill those that have not, with everything in their sessions. `hurry` ends the wait."""
    waiting = list(children)
    for child in waiting:
        child.ask_to_end()

    def settled() -> bool:
        return (hurry is not None and hurry.is_set()) or all(child.exit_code is not None for child in waiting)

    try:
        await until(settled, seconds=seconds)
    finally:
        for child in waiting:
            child.kill()


async def end_leftovers(mark: str, *, seconds: float) -> int:
    """End every process that carries the mark in its environment, grandchildren included; returns how many there were."""
    found = leftovers(mark)
    for process in found:
        _send(process, signal.SIGTERM)
    await until(lambda: not any(_alive(process) for process in found), seconds=seconds)
    for process in found:
        _send(process, signal.SIGKILL)
    await until(lambda: not any(_alive(process) for process in found), seconds=1)
    return len(found)


def end_with_parent(stop_signal: signal.Signals) -> None:
    """Have the kernel send this process `stop_signal` when its parent dies, however it dies. On Linux only."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, int(stop_signal))


def leftovers(mark: str) -> list[psutil.Process]:
    """The processes that carry the mark, except this one."""
    return [process for process in psutil.process_iter() if process.pid != os.getpid() and _carries(process, mark)]


async def until(reached: Callable[[], bool], *, seconds: float, every: float = 0.05) -> bool:
    """Look again and again whether a state is reached; False when it was not in time."""
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(every)
    return True


def _start(part: Part) -> subprocess.Popen[bytes]:
    with _log(part.log) as log:
        return subprocess.Popen(  # noqa: S603 - our own commands, no shell
            part.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **part.environment},
            start_new_session=True,
            user=part.user,
            group=part.user and pwd.getpwuid(part.user).pw_gid,
            extra_groups=[] if part.user else None,
            preexec_fn=_follow_parent(part.stop_signal),  # noqa: PLW1509 - system calls only, resolved before the fork
        )


@contextmanager
def _log(file: Path | None) -> Iterator[IO[bytes] | None]:
    if file is None:
        yield None
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and file.stat().st_size > _LOG_LIMIT:
        file.replace(file.with_suffix(".log.1"))
    with file.open("ab") as log:
        yield log


def _follow_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def follow() -> None:
        end_with_parent(stop_signal)
        if os.getppid() != parent:
            os._exit(1)

    return follow


def _carries(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError):
        return False


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _send(process: psutil.Process, signum: signal.Signals) -> None:
    try:
        process.send_signal(signum)
    except psutil.NoSuchProcess:
        return


def _tail(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8_000))
        return file.read().decode(errors="replace")
