"""CSV: fields apart by commas, semicolons or tabs, whichever the header has most of."""

import csv
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from domain.bulk.errors import FileUnusable
from domain.bulk.formats.formulas import original
from domain.bulk.formats.rows import LONGEST_CELL, MOST_COLUMNS, Row
from domain.bulk.formats.text_file import Tell, text_lines

_SEPARATORS = ",;\t"

csv.field_size_limit(LONGEST_CELL)


def read_csv(path: Path, tell: Tell) -> Iterator[Row]:
    """The rows under the header; rows without anything in them are skipped.

    A row with more fields than the header, or fewer, is broken by the rule "fieldCount". Raises FileUnusable when the
    file is no CSV: then nobody knows where its rows begin.
    """
    with text_lines(path, tell) as lines:
        first = next(lines, None)
        if first is None:
            raise FileUnusable(rule="empty")
        reader = csv.reader(chain([first], lines), delimiter=_separator(first), strict=True)
        begin = 1
        try:
            header = _header(next(reader))
            begin = reader.line_num + 1
            for fields in reader:
                if any(fields):
                    yield _row(begin, header, fields)
                begin = reader.line_num + 1
        except csv.Error as error:
            raise FileUnusable(rule="csv", limit=str(error), line=begin) from error


def _separator(first: str) -> str:
    outside = "".join(first.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


def _header(fields: Sequence[str]) -> list[str]:
    header = [one.strip() for one in fields]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise FileUnusable(rule="empty")
    if len(header) > MOST_COLUMNS:
        raise FileUnusable(rule="columns", limit=str(MOST_COLUMNS), line=1)
    seen = set[str]()
    for one in header:
        if not one or one.casefold() in seen:
            raise FileUnusable(rule="header", limit=one, line=1)
        seen.add(one.casefold())
    return header


def _row(line: int, header: list[str], fields: list[str]) -> Row:
    if len(fields) != len(header) and (len(fields) < len(header) or any(fields[len(header) :])):
        return Row(line, {}, "fieldCount")
    return Row(line, dict(zip(header, map(original, fields), strict=False)))
