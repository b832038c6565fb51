"""Events, consumers and routes of the tests' own, run by the real relay and the real worker in processes of their own.

`python -m tests.workers.probes relay`, or `worker`, with limits shorter than those of production: `SHORTEST_BACKOFF=100`.
"""

import argparse
import asyncio
import os
import signal
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from domain.shared import inbox
from domain.shared.database import run
from domain.shared.errors import not_found
from domain.shared.ids import new_id
from domain.shared.inbox import first_time
from domain.shared.logs import configure_logs, request_id
from domain.shared.outbox import Event, emit
from domain.shared.transactions import use_case
from workers import alive, broker, relay, routes
from workers.consume import consumer
from workers.run import work

TABLES = """CREATE TABLE probe_started (event_id uuid, at timestamptz DEFAULT clock_timestamp());
            CREATE TABLE probe_effect (event_id uuid, request_id text, at timestamptz DEFAULT clock_timestamp())"""

_LIMITS = {
    "ALIVE_SECONDS": alive,
    "HEARTBEAT_TIMEOUT": broker,
    "MAX_ATTEMPTS": inbox,
    "SHORTEST_BACKOFF": broker,
}

_KINDS = ("note", "slow", "poison", "endless", "refused", "flaky")
ROUTES = {f"probe.{name}": (f"probe_{name}",) for name in _KINDS}


@dataclass(frozen=True, kw_only=True)
class Note(Event):
    kind: ClassVar[str] = "probe.note"
    subject_type: ClassVar[str] = "probe"


@dataclass(frozen=True, kw_only=True)
class Slow(Note):
    kind = "probe.slow"


@dataclass(frozen=True, kw_only=True)
class Poison(Note):
    kind = "probe.poison"


@dataclass(frozen=True, kw_only=True)
class Endless(Note):
    kind = "probe.endless"


@dataclass(frozen=True, kw_only=True)
class Refused(Note):
    kind = "probe.refused"


@dataclass(frozen=True, kw_only=True)
class Flaky(Note):
    kind = "probe.flaky"


@use_case
async def happen(kind: type[Note], count: int = 1) -> list[UUID]:
    """Emit `count` events in one transaction."""
    return [await emit(kind(subject_id=new_id(), sequence=1)) for _ in range(count)]


@consumer("probe_note")
async def note(event_id: UUID, _subject_id: UUID) -> None:
    await _take_effect("probe_note", event_id)


@consumer("probe_slow")
async def slow(event_id: UUID, _subject_id: UUID) -> None:
    await _say_started(event_id)
    await asyncio.sleep(1)
    await _take_effect("probe_slow", event_id)


@consumer("probe_poison")
async def poison(event_id: UUID, _subject_id: UUID) -> None:
    await _say_started(event_id)
    os.kill(os.getpid(), signal.SIGKILL)


@consumer("probe_endless")
async def endless(event_id: UUID, _subject_id: UUID) -> None:
    await _say_started(event_id)
    await asyncio.sleep(3600)


@consumer("probe_refused")
async def refused(event_id: UUID, subject_id: UUID) -> None:
    await _say_started(event_id)
    raise not_found("Probe", subject_id)


@consumer("probe_flaky")
async def flaky(event_id: UUID, _subject_id: UUID) -> None:
    if await _say_started(event_id) == 1:
        raise ConnectionError("the first time fails")
    await _take_effect("probe_flaky", event_id)


async def _say_started(event_id: UUID) -> int:
    await run("INSERT INTO probe_started (event_id) VALUES ($1)", event_id)
    return await run("SELECT FROM probe_started WHERE event_id = $1", event_id)


@use_case
async def _take_effect(consumer_name: str, event_id: UUID) -> None:
    if await first_time(consumer_name, event_id):
        await run("INSERT INTO probe_effect (event_id, request_id) VALUES ($1, $2)", event_id, request_id())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=["relay", "worker"])
    parser.add_argument("limits", nargs="*")
    chosen = parser.parse_args()
    for limit in chosen.limits:
        name, _, number = limit.partition("=")
        if name == "TIME_LIMIT":
            routes.QUEUES["default"] = replace(routes.QUEUES["default"], time_limit=timedelta(milliseconds=int(number)))
        else:
            setattr(_LIMITS[name], name, int(number))
    routes.ROUTES.clear()
    routes.ROUTES.update(ROUTES)
    if chosen.part == "relay":
        relay.main()
    else:
        configure_logs("INFO", process="worker:default")
        sys.exit(work("default"))


if __name__ == "__main__":
    main()
