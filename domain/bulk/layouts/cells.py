"""The cells of one row, read by their types. What cannot be read is noted and left out."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from unicodedata import normalize
from urllib.parse import urlsplit

from domain.bulk.formats.rows import Row
from domain.bulk.layouts.drafts import PriceDraft
from domain.bulk.problems import Problem, Reach, wrong
from domain.shared.errors import InvalidInput
from domain.shared.money import currency_exponent

NONE: Final = "none"
"""The word in a cell that removes what is there; an empty cell leaves it."""

MOST_MINOR = 10**12
_LIKE_NONE = re.compile(r"\\*none", re.IGNORECASE)
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")
_LONGEST_URL = 2048
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}


class Cells:
    """`of_row`: what is read belongs to this row alone."""

    def __init__(self, row: Row, problems: list[Problem], *, of_row: bool = True) -> None:
        self._row, self._problems, self._of_row = row, problems, of_row

    @property
    def line(self) -> int:
        return self._row.line

    def text(self, column: str) -> str | None:
        """Composed (NFC, as the shop stores texts), without blanks around it; None where nothing stands."""
        return normalize("NFC", self._row.cells.get(column, "")).strip() or None

    def required(self, column: str, *, reach: Reach = Reach.ROW) -> str | None:
        """A text; where it is missing the row or the thing cannot be stored."""
        found = self.text(column)
        if found is None:
            self.note(column, "required", reach=reach)
        return found

    def whole(self, column: str, *, most: int = 2**31 - 1, rounded: bool = False) -> int | None:
        """A whole number from 0 on. With `rounded`, also one with decimals."""
        number = self.decimal(column)
        if number is None:
            return None
        if not rounded and number != number.to_integral_value():
            self.note(column, "whole")
            return None
        if not 0 <= number <= most:
            self.note(column, "range", limit=f"0..{most}")
            return None
        return int(number.to_integral_value())

    def decimal(self, column: str) -> Decimal | None:
        """Digits with a point before the decimals: a comma is refused, for it may part thousands."""
        found = self.text(column)
        if found is None:
            return None
        try:
            if _DECIMAL.fullmatch(found):
                return Decimal(found)
        except InvalidOperation:
            pass
        self.note(column, "number")
        return None

    def amount(self, column: str, currency: str) -> int | None:
        """Money in minor units; zeros beyond the currency's decimals do no harm."""
        number = self.decimal(column)
        if number is None:
            return None
        exponent = currency_exponent(currency)
        minor = number.scaleb(exponent)
        if minor != minor.to_integral_value():
            self.note(column, "decimals", limit=str(exponent))
            return None
        if not 0 <= minor <= MOST_MINOR:
            self.note(column, "range", limit=f"0..{MOST_MINOR}")
            return None
        return int(minor)

    def price(self, column: str, compare_at: str, currency: str) -> PriceDraft | None:
        """A price with what it is compared at; None where the cell of the price is empty or wrong."""
        if (self.text(column) or "").casefold() == NONE:
            return PriceDraft(None, None, column)
        minor = self.amount(column, currency)
        crossed_out = self.amount(compare_at, currency)
        return None if minor is None else PriceDraft(minor, crossed_out, column)

    def truth(self, column: str) -> bool | None:
        found = (self.text(column) or "").casefold()
        if found and found not in _TRUE | _FALSE:
            self.note(column, "boolean")
            return None
        return found in _TRUE if found else None

    def moment(self, column: str) -> datetime | None:
        """ISO 8601 with an offset, or a day, which begins at midnight UTC."""
        found = self.text(column)
        if found is None:
            return None
        try:
            read = datetime.fromisoformat(found)
        except ValueError:
            self.note(column, "moment")
            return None
        return read.replace(tzinfo=read.tzinfo or UTC)

    def one_of(self, column: str, words: Iterable[str]) -> str | None:
        found = (self.text(column) or "").casefold()
        if found and found not in words:
            self.note(column, "oneOf", limit=", ".join(words))
            return None
        return found or None

    def url(self, column: str) -> str | None:
        found = self.text(column)
        if found is None:
            return None
        try:
            parts = urlsplit(found)
            is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            is_web = False
        if not is_web or len(found) > _LONGEST_URL or not found.isprintable() or " " in found:
            self.note(column, "webAddress")
            return None
        return found

    def note(self, column: str, rule: str, *, limit: str = "", reach: Reach = Reach.FIELD) -> None:
        """The cell breaks this rule."""
        error = InvalidInput(field=column, rule=rule, limit=limit)
        value = self._row.cells.get(column, "")
        self._problems.append(Problem(self.line, column, error, value, reach, self._of_row))


def kept_from_none(text: str) -> str:
    """A value that is this word itself, behind a backslash, so that it is not taken for it."""
    return f"\\{text}" if _LIKE_NONE.fullmatch(text) else text


def unless_none(text: str) -> str | None:
    """The value that `kept_from_none` was given; None for the word that removes."""
    if text.casefold() == NONE:
        return None
    return text[1:] if _LIKE_NONE.fullmatch(text) else text


def broken(row: Row) -> Problem:
    """That the row could not be read at all."""
    found = wrong(row.line, "", row.broken)
    return Problem(found.line, "", found.error, "", Reach.ROW)
