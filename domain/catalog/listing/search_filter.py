"""By what a list of products can be narrowed, and how it is sorted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID


class ProductSort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    BEST_SELLING = "best_selling"
    RATING = "rating"
    PRICE_LOW_TO_HIGH = "price_low_to_high"
    PRICE_HIGH_TO_LOW = "price_high_to_low"


@dataclass(frozen=True, kw_only=True)
class AttributeFilter:
    """One of four: `values` (choices or references; any of them will do), `is_true`, a range of numbers, a range of dates.
    Ranges include their ends.
    """

    code: str
    values: Sequence[str] = ()
    is_true: bool | None = None
    number_from: float | None = None
    number_to: float | None = None
    date_from: date | None = None
    date_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class OptionFilter:
    """Some variant has one of the values, however they and the name are capitalised."""

    name: str
    values: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ProductFilter:
    """All that is given must hold. Prices are minor units of the storefront's currency, `rating_from` hundredths of stars.

    `categories` are slugs; what lies below a category counts as in it.
    """

    text: str | None = None
    categories: Sequence[str] = ()
    suppliers: Sequence[UUID] = ()
    attributes: Sequence[AttributeFilter] = ()
    options: Sequence[OptionFilter] = ()
    tags: Sequence[str] = ()
    price_from: int | None = None
    price_to: int | None = None
    in_stock: bool | None = None
    rating_from: int | None = None

    @property
    def is_narrowing(self) -> bool:
        """Whether it asks for anything but the text."""
        lists = (self.categories, self.suppliers, self.attributes, self.options, self.tags)
        values = (self.price_from, self.price_to, self.in_stock, self.rating_from)
        return any(lists) or any(one is not None for one in values)


@dataclass(frozen=True)
class Choice:
    """A part of a filter, as SQL that holds for those rows `l` of the listing which it lets through.

    `group` is the facet that is not narrowed by it: (kind, code); `facets` are the values that it names.
    """

    group: tuple[str, str]
    sql: str
    facets: tuple[int, ...] = field(default=())
