"""Judging one row by itself: what can be said of it without the other rows or the database. Pure."""

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.shared.clock import now
from hanse.imports.countries import country_code
from hanse.imports.naming import tidy
from hanse.imports.reasons import Reason
from hanse.imports.source_file import COLUMNS


class StagedRow(NamedTuple):
    """A row as it is staged: a sale (quantity above zero), a return (below), or rejected, with its `reason`.

    `price` is what the file says in pounds; `unit_minor` is that in pence, halves rounded away from zero. A rejected row
    carries what could be read of it. `customer` is `GUEST` where the file names none.
    """

    line: int
    reason: str | None
    detail: str | None
    invoice: str
    code: str
    name: str
    quantity: int | None
    at: datetime | None
    price: Decimal | None
    unit_minor: int | None
    customer: str
    country: str


GUEST = "guest"
"""All guests are one buyer: a buyer per invoice would be thousands of customers who come once and never again."""


class _Unreadable(Exception):
    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


_UK = ZoneInfo("Europe/London")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_INVOICE = re.compile(r"[A-Z0-9-]{1,40}")
_CODE = re.compile(r"[A-Z0-9]{1,40}")
_CUSTOMER = re.compile(r"[0-9]{1,18}")
_QUANTITY = re.compile(r"[+-]?[0-9]{1,7}")
_PRICE = re.compile(r"[+-]?[0-9]{1,7}(\.[0-9]{1,6})?")
_NO_PRODUCT = re.compile(
    r"POST|DOT|C2|C3|23444|23574"  # postage, carriage, packing
    r"|M|D|S|B|ADJUST[0-9]*"  # manual entries, discounts, samples, bad debt, corrections
    r"|BANK CHARGES|AMAZONFEE|CRUK"  # fees and commissions
    r"|GIFT(_[0-9_]+)?|22016|TEST[0-9]*"  # vouchers, trial entries
)


def parse(line: int, fields: list[str]) -> StagedRow:
    if len(fields) != len(COLUMNS):
        return _rejected(line, fields, Reason.WRONG_FIELD_COUNT, f"{len(fields)} fields instead of {len(COLUMNS)}")
    invoice, code, description, quantity, at, price, customer, country = (field.strip() for field in fields)
    try:
        row = StagedRow(
            line=line,
            reason=None,
            detail=None,
            invoice=_matching(_INVOICE, invoice.upper(), Reason.BAD_INVOICE),
            code=code.upper(),
            name=tidy(description),
            quantity=int(_matching(_QUANTITY, quantity, Reason.BAD_QUANTITY)),
            at=_moment(at),
            price=_price(price),
            unit_minor=_minor(price),
            customer=_matching(_CUSTOMER, customer, Reason.BAD_CUSTOMER) if customer else GUEST,
            country=country_code(country),
        )
    except _Unreadable as unreadable:
        return _rejected(line, fields, unreadable.reason, f"{unreadable!s:.80}")
    reason = _unusable(row)
    return row if reason is None else row._replace(reason=reason)


def _unusable(row: StagedRow) -> Reason | None:
    """Why a readable row is neither a sale nor a return."""
    assert row.quantity is not None
    assert row.price is not None
    checks = (
        (_NO_PRODUCT.fullmatch(row.code), Reason.NOT_A_PRODUCT),
        (not _CODE.fullmatch(row.code), Reason.BAD_STOCK_CODE),
        (row.price < 0, Reason.NEGATIVE_PRICE),
        (row.quantity == 0, Reason.ZERO_QUANTITY),
        (row.unit_minor == 0, Reason.STOCK_ADJUSTMENT if row.quantity < 0 else Reason.ZERO_PRICE),
        (row.invoice[0] == "C" and row.quantity > 0, Reason.POSITIVE_CANCELLATION),
        (row.customer == GUEST and row.quantity < 0, Reason.RETURN_BY_GUEST),
    )
    return next((reason for fails, reason in checks if fails), None)


def _rejected(line: int, fields: list[str], reason: Reason, detail: str) -> StagedRow:
    invoice, code, description, *_ = (*(field.strip()[:100] for field in fields[:3]), "", "", "")
    return StagedRow(line, reason, detail, invoice, code, description, None, None, None, None, "", "")


def _matching(pattern: re.Pattern[str], text: str, reason: Reason) -> str:
    if not pattern.fullmatch(text):
        raise _Unreadable(reason, repr(text))
    return text


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime:
    """UK local time to UTC. The hour that happens twice in autumn is taken as the first."""
    try:
        local = datetime.fromisoformat(text)
        moment = (local if local.tzinfo else local.replace(tzinfo=_UK)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Unreadable(Reason.BAD_DATE, repr(text)) from None
    if not _EARLIEST <= moment <= now():
        raise _Unreadable(Reason.BAD_DATE, repr(text))
    return moment


@lru_cache(maxsize=4096)
def _price(text: str) -> Decimal:
    return Decimal(_matching(_PRICE, text, Reason.BAD_PRICE))


@lru_cache(maxsize=4096)
def _minor(text: str) -> int:
    return int((_price(text) * 100).to_integral_value(ROUND_HALF_UP))
