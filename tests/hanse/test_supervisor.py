"""Children that die, children that will not end, and the death of whoever watches them."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from hanse.failures import Failure
from hanse.processes import MARK, Child, Part, end, end_leftovers, leftovers
from hanse.supervisor import Supervisor
from tests.hanse.commands import ROOT, until

SLEEP = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
PARENT = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); time.sleep(60)"
SUPERVISOR = """
import sys, time
from pathlib import Path
from hanse.processes import MARK, Child, Part
folder = sys.argv[1]
Child(Part("child", (sys.executable, "-c", "import time; time.sleep(60)"), Path(folder) / "child.log", {MARK: folder}))
time.sleep(60)
"""


async def test_a_part_that_dies_starts_again_and_that_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    supervisor.start([_part(tmp_path, SLEEP)])
    watch = asyncio.create_task(supervisor.watch())
    first = await _process(tmp_path)

    first.kill()
    await until(lambda: said)
    await until(lambda: leftovers(str(tmp_path)))
    second = await _process(tmp_path)
    await _stop(supervisor, watch)

    assert second.pid != first.pid
    assert said == [
        f"sleeper ended (killed by SIGKILL) and starts again in 0.5 s; its log is {tmp_path / 'sleeper.log'}"
    ]
    await until(lambda: leftovers(str(tmp_path)) == [])


async def test_a_part_that_dies_again_and_again_waits_longer_each_time_and_fails_the_start(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    supervisor.start([_part(tmp_path, "raise SystemExit('no such table')")])
    watch = asyncio.create_task(supervisor.watch())

    await until(lambda: len(said) == 3)
    with pytest.raises(Failure) as failure:
        supervisor.check()
    await _stop(supervisor, watch)

    assert [line.split(";")[0].removeprefix("sleeper ended ") for line in said] == [
        "(exit code 1) and starts again in 0.5 s",
        "(exit code 1) and starts again in 1 s",
        "(exit code 1) and starts again in 2 s",
    ]
    assert "sleeper does not start: no such table" in str(failure.value)
    assert failure.value.code == os.EX_UNAVAILABLE


async def test_what_a_dead_part_had_started_ends_with_it(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    supervisor.start([_part(tmp_path, PARENT)])
    watch = asyncio.create_task(supervisor.watch())
    await until(lambda: len(leftovers(str(tmp_path))) == 2)
    before = leftovers(str(tmp_path))

    min(before, key=lambda process: process.pid).kill()
    await until(lambda: said)

    await until(lambda: not any(process.is_running() for process in before))
    await _stop(supervisor, watch)
    await until(lambda: leftovers(str(tmp_path)) == [])


async def test_a_part_that_does_not_hear_is_killed_in_time_and_in_a_hurry_at_once(tmp_path: Path) -> None:
    hurry = asyncio.Event()
    slow, quick = Child(_part(tmp_path, DEAF)), Child(_part(tmp_path / "quick", DEAF))
    await until(lambda: slow.last_words() == quick.last_words() == "deaf")

    begun = time.monotonic()
    await end([slow], seconds=0.5)
    killed_after = time.monotonic() - begun
    hurry.set()
    await end([quick], seconds=60, hurry=hurry)
    hurried_after = time.monotonic() - begun - killed_after

    assert (slow.exit_code, quick.exit_code) == (-signal.SIGKILL, -signal.SIGKILL)
    assert 0.5 <= killed_after < 2
    assert hurried_after < 1


async def test_parts_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    supervisor = _start(SUPERVISOR, str(tmp_path), mark="none")
    await until(lambda: leftovers(str(tmp_path)))

    supervisor.kill()
    supervisor.wait()

    await until(lambda: not leftovers(str(tmp_path)), seconds=3)


async def test_what_an_earlier_start_left_is_found_by_its_mark_and_ended(tmp_path: Path) -> None:
    orphan = _start(PARENT, mark=str(tmp_path))
    stranger = _start(SLEEP, mark=str(tmp_path / "other"))
    await until(lambda: len(leftovers(str(tmp_path))) == 2)

    found = await end_leftovers(str(tmp_path), seconds=3)

    assert found == 2
    await until(lambda: leftovers(str(tmp_path)) == [])
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    orphan.wait()


def _start(program: str, *words: str, mark: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program, *words], cwd=ROOT, env={**os.environ, MARK: mark})


def _part(folder: Path, program: str) -> Part:
    return Part("sleeper", (sys.executable, "-c", program), folder / "sleeper.log", {MARK: str(folder)})


async def _process(folder: Path) -> psutil.Process:
    await until(lambda: leftovers(str(folder)))
    return leftovers(str(folder))[0]


async def _stop(supervisor: Supervisor, watch: asyncio.Task[None]) -> None:
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch
    await supervisor.stop(asyncio.Event())
