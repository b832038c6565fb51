"""Lines of a text file as spreadsheets and shops write them: UTF-8 or UTF-16, plain or gzip."""

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.bulk.errors import FileUnusable
from domain.bulk.formats.rows import LONGEST_CELL, MOST_BYTES

Tell = Callable[[int], object]
"""Called now and then with the place in the file, in bytes as they lie on the disk."""

_GZIP = b"\x1f\x8b"
_LONGEST_LINE = 4 * LONGEST_CELL
_TELL_EVERY = 2048
_WIDE_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@contextmanager
def text_lines(path: Path, tell: Tell) -> Iterator[Iterator[str]]:
    """The lines with their ends, decoded one by one in bounded memory.

    The encoding is that of the byte order mark, else UTF-8. Files in older encodings are refused rather than guessed at:
    in Windows-1252 every byte is some letter, and a wrong guess ruins names for good. Raises FileUnusable.
    """
    try:
        with path.open("rb") as raw:
            yield _decoded(_unpacked(raw), raw, tell)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileUnusable(rule="gzip") from error


def _unpacked(raw: io.BufferedReader) -> io.BufferedReader:
    return io.BufferedReader(gzip.GzipFile(fileobj=raw)) if raw.peek(2).startswith(_GZIP) else raw


def _decoded(plain: io.BufferedReader, raw: BinaryIO, tell: Tell) -> Iterator[str]:
    length = 0
    for number, line in enumerate(_lines(plain), 1):
        length += len(line)
        _check(line, number, length)
        if number % _TELL_EVERY == 0:
            tell(raw.tell())
        yield line
    tell(raw.tell())


def _lines(plain: io.BufferedReader) -> Iterator[str]:
    start = plain.peek(4)
    for mark, encoding in _WIDE_MARKS:
        if start.startswith(mark):
            plain.read(len(mark))
            return _wide(plain, encoding)
    return _utf8(plain)


def _utf8(plain: io.BufferedReader) -> Iterator[str]:
    """Decoded line by line, so that a refusal names the line."""
    number = 0
    while line := plain.readline(_LONGEST_LINE):
        number += 1
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise FileUnusable(rule="encoding", limit=f"0x{line[error.start]:02x}", line=number) from error


def _wide(plain: io.BufferedReader, encoding: str) -> Iterator[str]:
    reader = io.TextIOWrapper(plain, encoding=encoding, newline="")
    try:
        while line := reader.readline(_LONGEST_LINE):
            yield line
    except UnicodeDecodeError as error:
        raise FileUnusable(rule="encoding", limit=encoding) from error
    finally:
        reader.detach()  # else it would close the file when it is forgotten


def _check(line: str, number: int, length: int) -> None:
    if len(line) >= _LONGEST_LINE:
        raise FileUnusable(rule="lineLength", limit=str(_LONGEST_LINE), line=number)
    if length > MOST_BYTES:
        raise FileUnusable(rule="size", limit=str(MOST_BYTES), line=number)
    if "\0" in line:
        raise FileUnusable(rule="zero", line=number)
