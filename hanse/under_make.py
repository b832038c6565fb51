"""Ending together with the `make` that started us, also where it does not tell us to.

A terminal's Ctrl-C reaches both. But of the signals sent to make alone it passes on SIGTERM only: after SIGINT it waits
for its recipe for ever, and when it is killed the recipe lives on.
"""

import math
import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil

from hanse.processes import end_with_parent, until


async def follow_make(interrupt: Callable[[signal.Signals], None]) -> None:
    """When our parent is make, on Linux, call `interrupt` as soon as it has got SIGINT. Otherwise return at once.

    A make that a script has put into the background ignores SIGINT from the start; that is left to it.
    """
    status = _status_of_make()
    if status is not None:
        end_with_parent(signal.SIGTERM)
        await until(lambda: not _catches_interrupts(status), seconds=math.inf, every=0.5)
        interrupt(signal.SIGINT)


def _status_of_make() -> Path | None:
    parent = psutil.Process(os.getppid())
    status = Path(f"/proc/{parent.pid}/status")
    is_make = parent.name() in {"make", "gmake"} and status.exists()
    return status if is_make and _catches_interrupts(status) else None


def _catches_interrupts(status: Path) -> bool:
    """Make catches SIGINT until it gets one."""
    caught = next(line for line in status.read_text().splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGINT - 1) & 1)
