"""The worker and relay processes as they are started in production."""

import subprocess
import sys

import pytest

from tests.backstage import ROOT, Backstage, until
from workers.routes import QUEUES, ROUTES, consumers_on

_IMPORT_AND_SHOW = """
import importlib, sys
import workers.relay, workers.schedule, workers.run
for name in sys.argv[1:]:
    importlib.import_module(name)
from workers.consume import CONSUMERS
print(*CONSUMERS)
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"numpy", "scipy", "sklearn", "implicit", "strawberry"}))
"""


def test_the_default_worker_declares_its_consumers_and_loads_nothing_of_the_learning_code() -> None:
    declared, heavy = _imported(*QUEUES["default"].modules)

    assert sorted(declared) == consumers_on("default")
    assert heavy == []


def test_the_ml_worker_declares_its_consumers() -> None:
    declared, _ = _imported(*QUEUES["ml"].modules)

    assert sorted(declared) == consumers_on("ml")


def test_the_bulk_worker_declares_its_consumers_and_loads_nothing_of_the_learning_code() -> None:
    declared, heavy = _imported(*QUEUES["bulk"].modules)

    assert sorted(declared) == consumers_on("bulk")
    assert set(heavy) <= {"numpy"}  # the library of spreadsheets takes it where it is there


def test_every_consumer_of_every_route_has_a_queue() -> None:
    routed = {consumer for consumers in ROUTES.values() for consumer in consumers}

    assert routed == {consumer for queue in QUEUES for consumer in consumers_on(queue)}


async def test_a_worker_says_that_it_is_alive_and_ends_when_told(backstage: Backstage) -> None:
    worker = backstage.start("workers.run", "--queue", "default")

    await until(lambda: _is_marked(backstage))
    worker.terminate()

    assert worker.wait(8) == 0


def test_a_worker_without_a_database_ends_with_one_line(backstage: Backstage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")

    worker = backstage.start("workers.run", "--queue", "default")

    assert worker.wait(10) == 1


async def _is_marked(backstage: Backstage) -> bool:
    return backstage.is_alive("worker:default")


def _imported(*modules: str) -> tuple[list[str], list[str]]:
    shown = subprocess.run(
        [sys.executable, "-c", _IMPORT_AND_SHOW, *modules], cwd=ROOT, capture_output=True, text=True, check=True
    )
    declared, heavy = shown.stdout.splitlines()
    return declared.split(), heavy.split()
