"""Where an import notes how far it is, and learns that it shall stop."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.bulk.problems import Problem


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows of the file: `done` are looked at, and of these `changed` made a difference and `failed` were not stored.
    `next_row` is where to go on; `total` is None until they are counted.
    """

    next_row: int = 0
    done: int = 0
    changed: int = 0
    failed: int = 0
    total: int | None = None


class Stopped(Exception):
    """Somebody cancelled the import, or another worker goes on with it."""


class Journal(Protocol):
    async def begin(self, progress: Progress) -> None:
        """In the transaction of the batch, before anything is stored. Raises Stopped."""

    async def commit(self, progress: Progress) -> None:
        """In the transaction of the batch, when it is stored."""

    async def show(self, progress: Progress) -> None:
        """Outside every transaction, for people to see. Raises Stopped."""

    async def keep(self, problems: Sequence[Problem]) -> None:
        """Keep what was wrong with rows; in the transaction of their batch, if that is one of its own."""
