"""The file that lists what was wrong with an import's rows."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from domain.bulk.formats.formulas import harmless
from domain.bulk.problems import Problem, rule_of
from domain.shared.messages import message

COLUMNS: Final = ("line", "column", "rule", "message", "value")
_LONGEST_VALUE: Final = 200


def header() -> bytes:
    """With a byte order mark, so that Excel reads UTF-8."""
    return f"\ufeff{','.join(COLUMNS)}\r\n".encode()


def lines(problems: Iterable[Problem], language: str) -> bytes:
    """A line each, in the order of the file, with messages in `language`."""
    ordered = sorted(problems, key=lambda one: one.line)
    return error_lines((one.line, texts_of(one, language)) for one in ordered)


def texts_of(problem: Problem, language: str) -> tuple[str, str, str, str]:
    """Column, rule, message, and of the value the first 200 characters."""
    told = message(problem.error, language)
    return problem.column, rule_of(problem.error), told, problem.value[:_LONGEST_VALUE]


def error_lines(found: Iterable[tuple[int, Sequence[str]]]) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    for line, texts in found:
        writer.writerow([line, *map(harmless, texts)])
    return text.getvalue().encode()
