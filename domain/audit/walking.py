"""Going along the chain from its beginning, and noting what is not as it was written. Pure; no database, no clock.

Each entry is held against the stored hash of the one before it, so that one altered entry is one finding and what follows
is judged for itself.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from domain.audit.checkpoints import Checkpoint
from domain.audit.entries import START, Head, StoredEntry


class Problem(StrEnum):
    EMPTY = "there is not one entry, and a log begins with the making of the shop's keys: everything was removed"
    ALTERED = "it does not say what was sealed when it was written: altered, or inserted by hand"
    MISPLACED = "its place is not the one that it was given: moved, exchanged, or put in by hand"
    REPEATED = "it stands where no entry can: inserted by hand"
    REMOVED = "nothing stands there: removed"
    CUT_OFF = "the chain ends before it: entries were removed from the end"
    REWRITTEN = "the chain is another than the one signed then: entries since the last good checkpoint were exchanged"
    FORGED = "the checkpoint is not the shop's: altered, or inserted by hand"
    NOT_NOTED = "the chain is another than the one noted then: entries up to there were removed or exchanged"
    WAITING = "it has waited for its place for more than a minute: the relay stands still, or the place was taken away"


@dataclass(frozen=True)
class Finding:
    """`position` is None for what has none; of what was removed nobody knows the id. `last` ends a range of positions."""

    problem: Problem
    position: int | None = None
    entry_id: UUID | None = None
    last: int | None = None


@dataclass
class Walk:
    """Give it the checkpoints and the noted head, then every entry by position, then those that wait; then `end` it."""

    key: bytes
    public_keys: Mapping[str, str]
    head: Head = START
    entries: int = 0
    checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)
    _signed: dict[int, Checkpoint] = field(default_factory=dict)
    _noted: Head | None = None
    _seen: bool = False

    def expect(self, checkpoints: Iterable[Checkpoint], noted: Head | None) -> None:
        """What the chain will be held against."""
        self._noted = noted
        if noted is not None and noted.position <= START.position and noted != START:
            self._found(Problem.NOT_NOTED, noted.position)
        for one in checkpoints:
            if one.is_sealed(self.key) and one.is_signed(self.public_keys):
                self._signed[one.position] = one
            else:
                self._found(Problem.FORGED, one.position)

    def step(self, stored: StoredEntry) -> None:
        """The next entry that has a position."""
        self._seen = True
        position, expected = stored.position, self.head.position + 1
        assert position is not None
        if position < expected:
            self._found(Problem.REPEATED, position, stored.entry.id)
            return
        if position > expected:
            self._found(Problem.REMOVED, expected, last=position - 1)
        problem = self._problem(stored, follows=position == expected)
        if problem:
            self._found(problem, position, stored.entry.id)
        else:
            self.entries += 1
        self.head = Head(position, stored.chain_hash or "")
        self._hold_against_what_is_known()

    def wait(self, stored: StoredEntry, *, long: bool) -> None:
        """An entry without a position. `long`: it should have one by now."""
        self._seen = True
        if not stored.is_sealed(self.key):
            self._found(Problem.ALTERED, None, stored.entry.id)
        elif stored.chain_hash is not None:
            self._found(Problem.MISPLACED, None, stored.entry.id)
        elif long:
            self._found(Problem.WAITING, None, stored.entry.id)

    def end(self) -> None:
        """Nothing follows: what was signed or noted beyond the end is missing. The findings are put in order."""
        if not self._seen:
            self._found(Problem.EMPTY)
        beyond = [position for position in self._signed if position > self.head.position]
        if self._noted is not None and self._noted.position > self.head.position:
            beyond.append(self._noted.position)
        if beyond:
            self._found(Problem.CUT_OFF, self.head.position + 1, last=max(beyond))
        self.findings.sort(key=lambda one: math.inf if one.position is None else one.position)

    def _problem(self, stored: StoredEntry, *, follows: bool) -> Problem | None:
        if not stored.is_sealed(self.key):
            return Problem.ALTERED
        if follows and not stored.follows(self.head, self.key):
            return Problem.MISPLACED
        return None

    def _hold_against_what_is_known(self) -> None:
        signed = self._signed.pop(self.head.position, None)
        if signed is not None and signed.head != self.head:
            self._found(Problem.REWRITTEN, self.head.position)
        elif signed is not None:
            self.checkpoints += 1
        if self._noted is not None and self._noted.position == self.head.position and self._noted != self.head:
            self._found(Problem.NOT_NOTED, self.head.position)

    def _found(
        self, problem: Problem, position: int | None = None, entry_id: UUID | None = None, *, last: int | None = None
    ) -> None:
        self.findings.append(Finding(problem, position, entry_id, last))
