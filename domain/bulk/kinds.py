"""The words in which imports and exports are asked for."""

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    IMPORT = "import"
    EXPORT = "export"


class Subject(StrEnum):
    PRODUCTS = "products"
    PRICES = "prices"
    STOCK = "stock"
    TRANSLATIONS = "translations"


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"


class Layout(StrEnum):
    """SHOPIFY is that of the product CSV of Shopify's admin, and so for products only."""

    HANSE = "hanse"
    SHOPIFY = "shopify"


class OnError(StrEnum):
    """REFUSE_ALL stores nothing when anything is wrong, SKIP_ROWS leaves out rows in which something is wrong,
    IGNORE_FIELDS stores such rows without the fields that are wrong, as far as a row can do without them.
    """

    REFUSE_ALL = "refuse_all"
    SKIP_ROWS = "skip_rows"
    IGNORE_FIELDS = "ignore_fields"


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Placing:
    """Where things of a file go that does not say it itself. None: the shop's first currency, warehouse or channel.

    `category` is the slug of the category for products without one; with `create_categories` those are made that the
    file names by their path and the shop lacks.
    """

    currency: str | None = None
    warehouse: str | None = None
    channel: str | None = None
    category: str | None = None
    create_categories: bool = False
