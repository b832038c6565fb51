"""Prices, stock and translations: one row each, in the shop's own layout."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, TypeVar

from domain.bulk.formats.rows import Row
from domain.bulk.layouts.cells import Cells, broken
from domain.bulk.layouts.drafts import Entry, Key, PriceRow, StockRow, TranslationRow
from domain.bulk.layouts.product_columns import plain_columns
from domain.bulk.problems import Problem, Reach
from domain.shared.errors import InvalidInput
from domain.shared.money import checked_currency

PRICE_COLUMNS: Final = ("sku", "currency", "price", "compare_at_price")
STOCK_COLUMNS: Final = ("sku", "warehouse", "on_hand", "expected_on_hand", "reason")
STOCK_SHOWN: Final = ("reserved", "incoming", "available")
"""Written for people, and passed over when read."""

TRANSLATION_COLUMNS: Final = ("kind", "id", "field", "source", "translation", "stale")

D = TypeVar("D")
_MOST_UNITS = 10**12


def price_rows(rows: Iterable[Row], currency: str) -> Iterator[Entry[PriceRow]]:
    """`currency` is that of rows that name none. Raises FileUnusable."""
    for place, row in enumerate(rows):
        plain_columns(row.cells, PRICE_COLUMNS)
        entry = Entry[PriceRow](place, [row], None, _problems(row))
        if not row.broken:
            cells = Cells(row, entry.problems)
            sku = cells.required("sku")
            own = _currency(cells, currency)
            price = cells.price("price", "compare_at_price", own) if own and cells.required("price") else None
            if sku and own and price:
                entry.draft = PriceRow(sku, own, price)
                entry.keys = [Key("sku", f"{sku.casefold()}\n{own}", row.line)]
        _require_draft(entry)
        yield entry


def stock_rows(rows: Iterable[Row], warehouse: str) -> Iterator[Entry[StockRow]]:
    """`warehouse` is that of rows that name none. Raises FileUnusable."""
    for place, row in enumerate(rows):
        plain_columns(row.cells, (*STOCK_COLUMNS, *STOCK_SHOWN))
        entry = Entry[StockRow](place, [row], None, _problems(row))
        if not row.broken:
            cells = Cells(row, entry.problems)
            sku, own = cells.required("sku"), cells.text("warehouse") or warehouse
            units = cells.whole("on_hand", most=_MOST_UNITS) if cells.required("on_hand") else None
            expected = cells.whole("expected_on_hand", most=_MOST_UNITS)
            if sku and units is not None:
                entry.draft = StockRow(sku, own, units, expected, cells.text("reason"))
                entry.keys = [Key("sku", f"{sku.casefold()}\n{own}", row.line)]
        _require_draft(entry)
        yield entry


def translation_rows(rows: Iterable[Row]) -> Iterator[Entry[TranslationRow]]:
    """Rows without a translation are passed over: they say what is still to be translated. Raises FileUnusable."""
    for place, row in enumerate(rows):
        plain_columns(row.cells, TRANSLATION_COLUMNS)
        entry = Entry[TranslationRow](place, [row], None, _problems(row))
        text = row.cells.get("translation", "").strip()
        if not row.broken and text:
            cells = Cells(row, entry.problems)
            kind, id, field = (cells.required(column) for column in ("kind", "id", "field"))
            if kind and id and field:
                source = row.cells.get("source") if "source" in row.cells else None
                entry.draft = TranslationRow(kind, id, field, source, text)
                entry.keys = [Key("id", f"{id}\n{kind}\n{field}", row.line)]
        if text:
            _require_draft(entry)
        yield entry


def _problems(row: Row) -> list[Problem]:
    return [broken(row)] if row.broken else []


def _require_draft(entry: Entry[D]) -> None:
    """A row in which something is wrong that it cannot do without takes that problem with it."""
    if entry.draft is None:
        entry.problems[:] = [replace(one, reach=Reach.ROW) for one in entry.problems]


def _currency(cells: Cells, otherwise: str) -> str | None:
    code = (cells.text("currency") or otherwise).upper()
    try:
        return checked_currency(code)
    except InvalidInput as error:
        cells.note("currency", error.rule, reach=Reach.ROW)
        return None
