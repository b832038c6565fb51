"""Reading a file of any format."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from domain.bulk.errors import FileUnusable
from domain.bulk.formats.read_csv import read_csv
from domain.bulk.formats.read_jsonl import read_jsonl
from domain.bulk.formats.read_xlsx import read_xlsx
from domain.bulk.formats.rows import MOST_ROWS, Row
from domain.bulk.formats.text_file import Tell
from domain.bulk.kinds import Format

_READERS: Mapping[Format, Callable[[Path, Tell], Iterator[Row]]] = {
    Format.CSV: read_csv,
    Format.JSONL: read_jsonl,
    Format.XLSX: read_xlsx,
}


def read_rows(path: Path, format: Format, tell: Tell = lambda _: None) -> Iterator[Row]:
    """Every row of the file, in bounded memory. Raises FileUnusable."""
    for count, row in enumerate(_READERS[format](path, tell), 1):
        if count > MOST_ROWS:
            raise FileUnusable(rule="rows", limit=str(MOST_ROWS), line=row.line)
        yield row
