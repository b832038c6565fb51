"""Rows that stand together and tell of one thing."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from domain.bulk.errors import FileUnusable
from domain.bulk.formats.rows import Row

MOST_ROWS_OF_ONE = 5_000

Group = tuple[int, list[Row]]
"""The place of its first row among all rows, from 0 on, and its rows."""


def header_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """The columns of all the rows: in JSON Lines a row has only those in which something stands."""
    first = rows[0].cells
    if all(row.cells.keys() == first.keys() for row in rows):
        return tuple(first)
    return tuple(dict.fromkeys(column for row in rows for column in row.cells))


def grouped(rows: Iterable[Row], key_of: Callable[[Row], str]) -> Iterator[Group]:
    """Neighbours with the same key that is not empty; every other row stands alone, as do those that are broken.

    Only one group is in memory. Rows of one thing that stand apart become two groups with the same key.
    """
    first, rows_of, key = 0, list[Row](), ""
    for place, row in enumerate(rows):
        own = "" if row.broken else key_of(row)
        if rows_of and (not own or own != key):
            yield first, rows_of
            rows_of = []
        if not rows_of:
            first, key = place, own
        rows_of.append(row)
        if len(rows_of) > MOST_ROWS_OF_ONE:
            raise FileUnusable(rule="group", limit=str(MOST_ROWS_OF_ONE), line=row.line)
    if rows_of:
        yield first, rows_of
