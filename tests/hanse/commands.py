"""The command line as a person at a fresh machine has it: nothing set, nothing running, a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from hanse import processes

ROOT = Path(__file__).parents[2]


def hanse(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, in `folder`, with its data in `folder/data`."""
    return subprocess.run(
        [sys.executable, "-m", "hanse", *words],
        cwd=folder,
        env=fresh_environment(folder, **environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def fresh_environment(folder: Path, **more: str) -> dict[str, str]:
    """This process's environment without any setting of ours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HANSE_") and name not in {"DATABASE_URL", "REDIS_URL", "MAKELEVEL"}
    }
    return {**kept, "PYTHONPATH": str(ROOT), "HANSE_DATA_DIR": str(folder / "data"), "COLUMNS": "200", **more}


def processes_of(folder: Path, *words: str) -> list[psutil.Process]:
    """Every process that works in the folder (by its command, its current folder or its settings) and has the words."""
    others = (process for process in psutil.process_iter() if process.pid != os.getpid())
    return [process for process in others if _belongs(process, str(folder), set(words))]


async def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Wait for a condition. Fails when it does not come true in time."""
    assert await processes.until(lambda: bool(true()), seconds=seconds), f"still not true after {seconds} s"


def _belongs(process: psutil.Process, folder: str, words: set[str]) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        command = process.cmdline()
        places = [*command, process.cwd(), process.environ().get("HANSE_DATA_DIR", "")]
    except (psutil.Error, OSError):  # it has ended meanwhile
        return False
    return words <= set(command) and any(place.startswith(folder) or f"={folder}" in place for place in places)
