"""What every format gives: rows of text cells."""

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_CELL = 1_000_000
"""Characters; a description with its pictures in it is longer, and is not one."""

MOST_ROWS = 2_000_000
MOST_BYTES = 2_000_000_000
"""Of a file when it is unpacked."""

MOST_COLUMNS = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """Where it begins in its file, and its cells by column. `broken` is the rule that it breaks as a row, "" for none;
    it has no cells then.
    """

    line: int
    cells: Mapping[str, str]
    broken: str = ""
