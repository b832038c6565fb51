"""The end of the chain as it is stored, held against its own seal and against the entry before it.

Who can only write to the table can put an end there, and cannot make one that is in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.audit.entries import START, STORED, Head, StoredEntry

LAST_TWO = f"SELECT {', '.join(STORED)} FROM audit_entry WHERE position IS NOT NULL ORDER BY position DESC LIMIT 2"


@dataclass(frozen=True)
class End:
    """`is_linked`: its place is the one that it was given. `is_sealed`: it says what was sealed when it was written."""

    head: Head
    is_linked: bool = True
    is_sealed: bool = True


def end_of(last_two: Sequence[Any], *, key: bytes) -> End:
    """The end, from the rows of LAST_TWO."""
    if not last_two:
        return End(START)
    last, *before = map(StoredEntry.read, last_two)
    assert last.position is not None
    follows = START if last.position == START.position + 1 else _head(before[0]) if before else None
    is_linked = follows is not None and last.position > START.position and last.follows(follows, key)
    return End(_head(last), is_linked, last.is_sealed(key))


def _head(stored: StoredEntry) -> Head:
    return Head(stored.position or START.position, stored.chain_hash or "")
