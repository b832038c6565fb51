"""A first look through the whole file: how many rows, which names come twice, what it wants to change."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.bulk.errors import FileUnusable
from domain.bulk.importing.entries import AnyEntry
from domain.bulk.importing.repeats import KeysOfFile, Repeats
from domain.bulk.layouts.drafts import ProductDraft
from domain.identity.access.permissions import Permission

MOST_PATHS = 5_000
"""Of categories in one file."""


@dataclass
class Survey:
    """`needs` are permissions beyond that of the subject; `paths` those of categories."""

    rows: int = 0
    needs: set[Permission] = field(default_factory=set)
    paths: set[tuple[str, ...]] = field(default_factory=set)
    repeats: Repeats = field(default_factory=lambda: Repeats({}))


def survey(entries: Iterable[AnyEntry]) -> Survey:
    """In memory that grows by 16 bytes a name. Raises FileUnusable."""
    found, keys = Survey(), KeysOfFile()
    for entry in entries:
        found.rows += len(entry.rows)
        keys.note(entry.keys)
        if isinstance(entry.draft, ProductDraft):
            _note(found, entry.draft)
    found.repeats = keys.repeated()
    return found


def _note(found: Survey, draft: ProductDraft) -> None:
    if any(one.prices for one in draft.variants):
        found.needs.add(Permission.PRICES_WRITE)
    if any(one.stock for one in draft.variants):
        found.needs.add(Permission.STOCK_WRITE)
    if draft.category is None and draft.category_path:
        found.paths.add(draft.category_path)
        if len(found.paths) > MOST_PATHS:
            raise FileUnusable(rule="paths", limit=str(MOST_PATHS), line=draft.line)
