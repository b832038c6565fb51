"""The steps of a start as the terminal shows them: a spinner while one runs, then a mark and its seconds."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

COLUMNS = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
"""How a progress bar looks everywhere."""


class Steps:
    """Prints one line per step; on a terminal, a line that moves while the step runs."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, title: str) -> Iterator["Step"]:
        """Run one step. What ends it early is shown by its mark and passes on."""
        started = time.monotonic()
        step = Step(self._console, title)
        mark = "[red]✗[/red]"
        try:
            with step.shown():
                yield step
            mark = "[green]✓[/green]"
        except asyncio.CancelledError:
            mark = "[yellow]–[/yellow]"
            raise
        finally:
            note = f" [dim]{escape(step.note)}[/dim]" if step.note else ""
            self._console.print(f"{mark} {escape(title)}{note} [dim]{time.monotonic() - started:.1f} s[/dim]")

    def say(self, line: str) -> None:
        self._console.print(f"[yellow]![/yellow] {escape(line)}", soft_wrap=True)


class Step:
    """A step while it runs. `note` stands behind its title, also in the end."""

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._title = title
        self._status = console.status(escape(title))
        self.note = ""

    @contextmanager
    def shown(self) -> Iterator[None]:
        if not self._console.is_terminal:
            self._console.print(f"… {escape(self._title)}")
            yield
            return
        with self._status:
            yield

    def tell(self, note: str) -> None:
        self.note = note
        self._status.update(f"{escape(self._title)} [dim]{escape(note)}[/dim]")
