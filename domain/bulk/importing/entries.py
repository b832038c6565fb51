"""The things of a file, one after the other, and in batches."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from domain.bulk.formats.read import read_rows
from domain.bulk.formats.rows import Row
from domain.bulk.formats.text_file import Tell
from domain.bulk.importing.plan import ImportPlan
from domain.bulk.kinds import Layout, Subject
from domain.bulk.layouts.drafts import Entry
from domain.bulk.layouts.ground import Ground
from domain.bulk.layouts.hanse_products import hanse_products
from domain.bulk.layouts.plain_rows import price_rows, stock_rows, translation_rows
from domain.bulk.layouts.shopify_products import shopify_products

BATCH = 500
"""Things in one transaction."""

BATCH_ROWS = 2_500

AnyEntry: TypeAlias = Entry[Any]
"""What kind of draft it holds follows from the subject of the import."""

Read: TypeAlias = Callable[[Iterable[Row]], Iterator[AnyEntry]]


def reader_of(plan: ImportPlan, ground: Ground) -> Read:
    """What makes things of the rows of the plan's files."""
    if plan.subject is Subject.PRICES:
        return lambda rows: price_rows(rows, ground.currency)
    if plan.subject is Subject.STOCK:
        return lambda rows: stock_rows(rows, ground.warehouse)
    if plan.subject is Subject.TRANSLATIONS:
        return translation_rows
    products = shopify_products if plan.layout is Layout.SHOPIFY else hanse_products
    return lambda rows: products(rows, ground)


def entries_of(path: Path, plan: ImportPlan, read: Read, tell: Tell = lambda _: None) -> Iterator[AnyEntry]:
    return read(read_rows(path, plan.format, tell))


def batches(entries: Iterable[AnyEntry], *, next_row: int) -> Iterator[list[AnyEntry]]:
    """From the thing on that begins at `next_row`; a thing's rows are never parted."""
    batch: list[AnyEntry] = []
    rows = 0
    for entry in entries:
        if entry.first < next_row:
            continue
        batch.append(entry)
        rows += len(entry.rows)
        if len(batch) >= BATCH or rows >= BATCH_ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def read_again(batch: Iterable[AnyEntry], read: Read) -> list[AnyEntry]:
    """The same things as they stand in the file, for a transaction that has to be run once more."""
    kept = list(batch)
    again = list(read(row for entry in kept for row in entry.rows))
    for entry in again:
        entry.first += kept[0].first
    return again
