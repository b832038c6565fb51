"""JSON Lines: an object a line, its members the columns."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from domain.bulk.formats.rows import MOST_COLUMNS, Row
from domain.bulk.formats.text_file import Tell, text_lines


def read_jsonl(path: Path, tell: Tell) -> Iterator[Row]:
    """A line that is no object of texts, numbers, booleans, nulls and lists of such is broken by the rule "jsonRow"."""
    with text_lines(path, tell) as lines:
        for line, text in enumerate(lines, 1):
            if text.strip():
                yield _row(line, text)


def _row(line: int, text: str) -> Row:
    try:
        found = orjson.loads(text)
        if not isinstance(found, dict) or len(found) > MOST_COLUMNS:
            raise ValueError("no object")
        return Row(line, {name: _cell(value) for name, value in found.items()})
    except ValueError:
        return Row(line, {}, "jsonRow")


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    if isinstance(value, dict):
        raise ValueError("an object within an object")
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    if "\0" in text:
        raise ValueError("a zero character")
    return text
