"""Names that a file uses for two things: found in 16 bytes a name, however long the file is."""

import hashlib
from array import array
from collections.abc import Iterable, Mapping

import numpy as np

from domain.bulk.layouts.drafts import Entry, Key
from domain.bulk.problems import Problem, Reach
from domain.shared.errors import InvalidInput


class KeysOfFile:
    """Note every entry's keys, then ask for the repeated ones."""

    def __init__(self) -> None:
        self._digests, self._lines = array("Q"), array("L")

    def note(self, keys: Iterable[Key]) -> None:
        for key in keys:
            self._digests.append(_digest(key))
            self._lines.append(key.line)

    def repeated(self) -> "Repeats":
        digests, lines = np.array(self._digests, dtype=np.uint64), np.array(self._lines, dtype=np.int64)
        order = np.lexsort((lines, digests))
        digests, lines = digests[order], lines[order]
        again = digests[1:] == digests[:-1]
        begins = np.concatenate(([True], ~again)) if len(digests) else np.zeros(0, dtype=bool)
        first = {int(digests[place]): int(lines[place]) for place in np.flatnonzero(begins[:-1] & again)}
        return Repeats(first)


class Repeats:
    """By the digest of a name that stands more than once, the line where it stands first."""

    def __init__(self, first: Mapping[int, int]) -> None:
        self._first = first

    def problems(self, entry: Entry[object]) -> list[Problem]:
        """Of every repetition but the first, with the line of that: rows of one product that stand apart, and SKUs, prices
        or translations that come twice.
        """
        return [
            _problem(key, first)
            for key in entry.keys
            if key.is_judged and self._first and (first := self._first.get(_digest(key), key.line)) != key.line
        ]


def _problem(key: Key, first: int) -> Problem:
    of_product = key.column.casefold() in {"external_id", "slug", "handle", "url handle"}
    rule, reach = ("scattered", Reach.THING) if of_product else ("repeated", Reach.ROW)
    error = InvalidInput(field=key.column, rule=rule, limit=str(first))
    return Problem(key.line, key.column, error, key.name.partition("\n")[0], reach)


def _digest(key: Key) -> int:
    text = f"{key.column}\n{key.name}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
