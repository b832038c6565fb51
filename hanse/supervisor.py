"""Keeps the parts of the shop running: starts again what dies and says so, and ends them all."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterable

from hanse.failures import Failure
from hanse.processes import Child, Part, end

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_SETTLED_SECONDS = 60.0
_GRACE_SECONDS = 5.0
_TOO_MANY_DEATHS = 3


class Supervisor:
    """Watches children while `watch()` runs; `say` gets one line whenever one of them dies.

    A child that dies starts again after half a second, then after twice as long each time, up to 30 seconds; one that
    has run for a minute is trusted again.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.deaths: dict[str, int] = {}
        self._say = say
        self._children: list[Child] = []
        self._started: list[Child] = []
        self._pauses: dict[str, float] = {}
        self._due: dict[str, float] = {}

    def start(self, parts: Iterable[Part]) -> None:
        """Start the parts; `stop()` ends them."""
        for part in parts:
            child = Child(part)
            self._started.append(child)
            self._children.append(child)

    def adopt(self, children: Iterable[Child]) -> None:
        """Look after children that somebody else has started and will end."""
        self._children.extend(children)

    async def watch(self) -> None:
        """Until cancelled, start again what dies."""
        while True:
            for child in self._children:
                if child.exit_code is not None:
                    self._revive(child)
            await asyncio.sleep(0.1)

    def check(self) -> None:
        """Raises Failure, with what its log says, when a part has died again and again."""
        for child in self._started:
            if self.deaths.get(child.part.name, 0) >= _TOO_MANY_DEATHS:
                raise Failure(
                    f"{child.part.name} does not start: {child.last_words()} ({child.part.log})", os.EX_UNAVAILABLE
                )

    async def stop(self, hurry: asyncio.Event) -> None:
        """End what `start()` started, each with its own children: at once when `hurry` is set, else within 5 seconds."""
        await end(self._started, seconds=_GRACE_SECONDS, hurry=hurry)

    def _revive(self, child: Child) -> None:
        name = child.part.name
        if name not in self._due:
            self._note_death(child)
        elif time.monotonic() >= self._due[name]:
            del self._due[name]
            child.start()

    def _note_death(self, child: Child) -> None:
        name = child.part.name
        child.kill()
        if time.monotonic() - child.started >= _SETTLED_SECONDS:
            self._pauses.pop(name, None)
        pause = min(self._pauses.get(name, _FIRST_PAUSE / 2) * 2, _LONGEST_PAUSE)
        self._pauses[name] = pause
        self._due[name] = time.monotonic() + pause
        self.deaths[name] = self.deaths.get(name, 0) + 1
        self._say(f"{name} ended ({_outcome(child)}) and starts again in {pause:g} s; its log is {child.part.log}")


def _outcome(child: Child) -> str:
    code = child.exit_code or 0
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
