"""Excel workbooks: the first sheet, row by row. Formulas count as what they came to when the file was saved."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from domain.bulk.errors import FileUnusable
from domain.bulk.formats.rows import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Row
from domain.bulk.formats.text_file import Tell

_MOST_UNPACKED = 1_000_000_000
_MOST_SHARED = 100_000_000
"""Bytes of the table of texts that the format keeps apart from its rows: the one part that must be in memory."""

_MOST_RATIO = 200
_SMALL = 10_000_000
_MOST_PARTS = 10_000
_DAMAGED = (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, EOFError, NotImplementedError)


def read_xlsx(path: Path, tell: Tell) -> Iterator[Row]:
    """The rows under the first, which names the columns. `line` is the row's number in the sheet.

    Raises FileUnusable when it is no workbook, is damaged, or is packed so that it would fill the memory.
    """
    _check_parts(path)
    with path.open("rb") as file:  # by its path, openpyxl would judge it by its ending
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            yield from _rows(book.worksheets[0].iter_rows(values_only=True) if book.worksheets else iter(()), tell)
        except _DAMAGED as error:
            raise FileUnusable(rule="xlsx") from error


def _check_parts(path: Path) -> None:
    """What the directory of the archive declares binds: no part gives more than that when it is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except _DAMAGED as error:
        raise FileUnusable(rule="xlsx") from error
    unpacked = sum(one.file_size for one in parts)
    packed = sum(one.compress_size for one in parts)
    shared = sum(one.file_size for one in parts if one.filename.casefold().endswith("sharedstrings.xml"))
    is_bomb = unpacked > _SMALL and unpacked > _MOST_RATIO * max(packed, 1)
    if is_bomb or unpacked > _MOST_UNPACKED or shared > _MOST_SHARED or len(parts) > _MOST_PARTS:
        raise FileUnusable(rule="bomb")


def _rows(found: Iterator[tuple[object, ...]], tell: Tell) -> Iterator[Row]:
    header = _header(next(found, ()))
    for line, values in enumerate(found, 2):
        if line > MOST_ROWS:
            raise FileUnusable(rule="rows", limit=str(MOST_ROWS), line=line)
        cells = [_cell(value) for value in values[: len(header)]]
        if any(cells):
            yield _row(line, dict(zip(header, cells, strict=False)), values[len(header) :])
        tell(line)


def _header(values: tuple[object, ...]) -> list[str]:
    header = [_cell(value).strip() for value in values]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise FileUnusable(rule="empty")
    if len(header) > MOST_COLUMNS:
        raise FileUnusable(rule="columns", limit=str(MOST_COLUMNS), line=1)
    folded = [one.casefold() for one in header]
    for one in folded:
        if not one or folded.count(one) > 1:
            raise FileUnusable(rule="header", limit=one, line=1)
    return header


def _row(line: int, cells: dict[str, str], beyond: tuple[object, ...]) -> Row:
    if any(value is not None for value in beyond):
        return Row(line, {}, "fieldCount")
    if any(len(cell) > LONGEST_CELL or "\0" in cell for cell in cells.values()):
        return Row(line, {}, "fieldCount")
    return Row(line, cells)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, (date, datetime, time)) else str(value)
