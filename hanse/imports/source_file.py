"""Reading a file of transactions, row by row, with the line where each row begins."""

import csv
import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from hanse.imports.refusal import ImportRefused

COLUMNS = (
    "invoice",
    "stock_code",
    "description",
    "quantity",
    "invoice_ts",
    "unit_price",
    "customer_id",
    "country",
)

_GZIP = b"\x1f\x8b"
_LONGEST_LINE = 1_000_000
_TELL_EVERY = 4096


def read_rows(path: Path, tell: Callable[[int], None]) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, fields) of each row under the header, in bounded memory.

    UTF-8, plain or gzip by its first bytes; blank lines are skipped. `tell` gets the position in the file now and then.
    Raises ImportRefused, naming file and line, when the file is not such a file from its first to its last byte.
    """
    try:
        with _open(path) as raw:
            yield from _rows(path, raw, tell)
            tell(raw.tell())
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile):
            raise ImportRefused(f"{path}: damaged gzip: {error}") from error
        raise ImportRefused(f"{path}: cannot be read: {error.strerror or error}") from error
    except EOFError as error:
        raise ImportRefused(f"{path}: the gzip file ends too early: it was cut off") from error
    except zlib.error as error:
        raise ImportRefused(f"{path}: damaged gzip: {error}") from error


def file_size(path: Path) -> int:
    """Size in bytes. Raises ImportRefused unless `path` is a regular file with something in it."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ImportRefused(f"{path}: cannot be read: {error.strerror or error}") from error
    if not path.is_file():
        raise ImportRefused(f"{path}: is not a file")
    if size == 0:
        raise ImportRefused(f"{path}: is empty")
    return size


def _open(path: Path) -> BinaryIO:
    file_size(path)
    return path.open("rb")


def _rows(path: Path, raw: BinaryIO, tell: Callable[[int], None]) -> Iterator[tuple[int, list[str]]]:
    compressed = raw.read(len(_GZIP)) == _GZIP
    raw.seek(0, os.SEEK_SET)
    plain = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if compressed else raw
    reader = csv.reader(_lines(path, plain), strict=True)
    begin = 1
    try:
        _check_header(path, next(reader, None))
        begin = reader.line_num + 1
        for number, fields in enumerate(reader):
            if fields:
                yield begin, fields
            begin = reader.line_num + 1
            if number % _TELL_EVERY == 0:
                tell(raw.tell())
    except csv.Error as error:
        raise ImportRefused(f"{path}: line {begin}: is not CSV: {error}") from error


def _lines(path: Path, plain: io.BufferedIOBase | BinaryIO) -> Iterator[str]:
    """Decoded one by one, so that a refusal names the line. A line without an end must not fill the memory."""
    number = 0
    while line := plain.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise ImportRefused(f"{path}: line {number}: is longer than {_LONGEST_LINE:,} bytes; this is no CSV")
        if b"\0" in line:
            raise ImportRefused(f"{path}: line {number}: holds a zero byte; this is no text")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise ImportRefused(
                f"{path}: line {number}: is not UTF-8 (byte 0x{line[error.start]:02x} at {error.start + 1})"
            ) from error


def _check_header(path: Path, found: list[str] | None) -> None:
    if found is None:
        raise ImportRefused(f"{path}: is empty")
    if tuple(found) != COLUMNS:
        shown = ",".join(found)[:100]
        raise ImportRefused(f"{path}: line 1: the header must be {','.join(COLUMNS)}; it is {shown!r}")
