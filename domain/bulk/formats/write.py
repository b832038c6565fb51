"""Writing a file of any format, row by row, in bounded memory."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from xlsxwriter import Workbook

from domain.bulk.errors import FileUnusable
from domain.bulk.formats.formulas import harmless
from domain.bulk.kinds import Format

Cells = Mapping[str, str]
Write = Callable[[Cells], None]

_LONGEST_IN_EXCEL = 32_767
_MOST_ROWS_IN_EXCEL = 1_048_576


@contextmanager
def writing(path: Path, format: Format, columns: Sequence[str]) -> Iterator[Write]:
    """A function that writes one row, given its cells by column; those that are missing are empty.

    CSV is UTF-8 with a byte order mark, so that Excel reads it as such, and text that begins like a formula gets an
    apostrophe. In a workbook every cell is text, which nothing runs. JSON Lines leave out what is empty.
    """
    with _WRITERS[format](path, columns) as write:
        yield write


@contextmanager
def _csv(path: Path, columns: Sequence[str]) -> Iterator[Write]:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([harmless(one) for one in columns])
        yield lambda cells: writer.writerow([harmless(cells.get(one, "")) for one in columns])


@contextmanager
def _jsonl(path: Path, columns: Sequence[str]) -> Iterator[Write]:
    with path.open("wb") as file:

        def write(cells: Cells) -> None:
            known = {one: cells[one] for one in columns if cells.get(one)}
            file.write(orjson.dumps(known, option=orjson.OPT_APPEND_NEWLINE))

        yield write


@contextmanager
def _xlsx(path: Path, columns: Sequence[str]) -> Iterator[Write]:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        place = _Place(sheet, columns)
        yield place.write


class _Place:
    def __init__(self, sheet: Any, columns: Sequence[str]) -> None:
        self._sheet, self._columns, self._row = sheet, columns, 0

    def write(self, cells: Cells) -> None:
        self._row += 1
        if self._row >= _MOST_ROWS_IN_EXCEL:
            raise FileUnusable(rule="xlsxRows", limit=str(_MOST_ROWS_IN_EXCEL))
        for number, column in enumerate(self._columns):
            if cell := cells.get(column):
                if len(cell) > _LONGEST_IN_EXCEL:
                    raise FileUnusable(rule="xlsxCell", limit=column, line=self._row + 1)
                self._sheet.write_string(self._row, number, cell)


_WRITERS = {Format.CSV: _csv, Format.JSONL: _jsonl, Format.XLSX: _xlsx}
