"""Prices and stock of variants, through their owners."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar
from uuid import UUID

from domain.bulk.importing.lookups import Names, Sku, skus
from domain.bulk.importing.outcome import Outcome
from domain.bulk.importing.plan import ImportPlan
from domain.bulk.importing.sift import sift
from domain.bulk.layouts.drafts import Entry, PriceRow, ProductDraft, StockRow
from domain.bulk.problems import Problem, Reach
from domain.catalog.products.states import StoredProduct
from domain.inventory.set_stock import StockChange, store_stock
from domain.pricing.set_prices import PriceChange, store_prices
from domain.shared.errors import DomainError, InvalidInput
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

D = TypeVar("D")
Stored: TypeAlias = tuple[ProductDraft, StoredProduct, Outcome]
_Place: TypeAlias = tuple[Outcome, int, str]
"""Whose outcome it is, and the line and the column of the file."""

COUNT = "count"
"""A file says how much lies there; that is what a count says."""


async def store_numbers(viewer: Viewer, stored: Sequence[Stored], names: Names, plan: ImportPlan) -> None:
    """Those that stand in the rows of products. What their owners refuse is noted; the product is stored all the same."""
    prices: list[tuple[PriceChange, _Place]] = []
    levels: list[tuple[StockChange, _Place]] = []
    for draft, product, outcome in stored:
        for variant in draft.variants:
            variant_id = product.variant_ids[variant.sku]
            for currency, price in variant.prices.items():
                change = PriceChange(variant_id, currency, price.minor, price.compare_at_minor)
                prices.append((change, (outcome, variant.line, price.column)))
            for code, units in variant.stock.items():
                level = _level(variant_id, names.warehouses[code.casefold()], units)
                levels.append((level, (outcome, variant.line, variant.stock_column)))
    if prices:
        _settle(await store_prices(viewer, [one for one, _ in prices]), [place for _, place in prices])
    if levels:
        changes = [one for one, _ in levels]
        done = await store_stock(viewer, changes, kind=COUNT, reference=plan.reference)
        _settle(done, [place for _, place in levels])


async def store_price_rows(
    viewer: Viewer, entries: Sequence[Entry[PriceRow]], _names: Names, plan: ImportPlan
) -> list[Outcome]:
    """Store the prices, and say of each row what became of it."""
    require_transaction("store_price_rows")
    known = await skus([one.draft.sku for one in entries if one.draft], supplier_id=plan.supplier_id)
    outcomes = [_judged(one, one.draft.sku if one.draft else "", known, plan) for one in entries]
    changes, places = [], []
    for entry, outcome in zip(entries, outcomes, strict=True):
        if entry.draft and not outcome.lost:
            variant_id, price = known[entry.draft.sku.lower()].variant_id, entry.draft.price
            changes.append(PriceChange(variant_id, entry.draft.currency, price.minor, price.compare_at_minor))
            places.append((outcome, entry.rows[0].line, "price"))
    _settle(await store_prices(viewer, changes) if changes else [], places, whole_row=True)
    return outcomes


async def store_stock_rows(
    viewer: Viewer, entries: Sequence[Entry[StockRow]], names: Names, plan: ImportPlan
) -> list[Outcome]:
    """Store what lies where, and say of each row what became of it."""
    require_transaction("store_stock_rows")
    known = await skus([one.draft.sku for one in entries if one.draft], supplier_id=plan.supplier_id)
    for entry in entries:
        if entry.draft and entry.draft.warehouse.casefold() not in names.warehouses:
            _note(entry, "warehouse", entry.draft.warehouse)
    outcomes = [_judged(one, one.draft.sku if one.draft else "", known, plan) for one in entries]
    changes, places = [], []
    for entry, outcome in zip(entries, outcomes, strict=True):
        if entry.draft and not outcome.lost:
            row = entry.draft
            variant_id, warehouse_id = known[row.sku.lower()].variant_id, names.warehouses[row.warehouse.casefold()]
            changes.append(_level(variant_id, warehouse_id, row.on_hand, row.expected_on_hand, row.reason))
            places.append((outcome, entry.rows[0].line, "on_hand"))
    done = await store_stock(viewer, changes, kind=COUNT, reference=plan.reference) if changes else []
    _settle(done, places, whole_row=True)
    return outcomes


def _level(
    variant_id: UUID, warehouse_id: UUID, units: int, expected: int | None = None, reason: str | None = None
) -> StockChange:
    return StockChange(
        variant_id=variant_id, warehouse_id=warehouse_id, on_hand=units, expected_on_hand=expected, reason=reason
    )


def _judged(entry: Entry[D], sku: str, known: Mapping[str, Sku], plan: ImportPlan) -> Outcome:
    if sku and sku.lower() not in known:
        _note(entry, "sku", sku)
    return Outcome(lost=sift(entry, plan.on_error))


def _note(entry: Entry[D], column: str, value: str) -> None:
    """That the shop has nothing of this name."""
    error = InvalidInput(field=column, rule="unknown", limit=value)
    entry.problems.append(Problem(entry.rows[0].line, column, error, value, Reach.ROW))


def _settle(done: Sequence[bool | DomainError], places: Sequence[_Place], *, whole_row: bool = False) -> None:
    for answer, (outcome, line, column) in zip(done, places, strict=True):
        if isinstance(answer, DomainError):
            outcome.problems.append(Problem(line, column, answer))
            if whole_row:
                outcome.lost.add(line)
        elif answer:
            outcome.changed = True
