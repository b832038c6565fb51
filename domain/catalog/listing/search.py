"""Lists of products: looked for, narrowed, sorted, cut into pages by key, and counted by facets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.catalog.listing.asked import Asked, asked
from domain.catalog.listing.conditions import checked, choices
from domain.catalog.listing.facet_ids import FacetKind
from domain.catalog.listing.nearest import corrected
from domain.catalog.listing.price_bands import band_limits
from domain.catalog.listing.remembered import remembered
from domain.catalog.listing.search_filter import ProductFilter, ProductSort
from domain.catalog.listing.search_statement import Key, Statement
from domain.catalog.listing.words import dictionary_ready, has_cjk
from domain.channels.storefront import Storefront
from domain.shared.database import rows

EXACT: Final = 0
FARTHEST: Final = 2


@dataclass(frozen=True)
class Wanted:
    """What a list holds, and how it is sorted. Relevance means best selling first where no text is looked for."""

    filter: ProductFilter
    sort: ProductSort
    shop: Storefront


@dataclass(frozen=True, slots=True)
class Counted:
    """How many products have what. `missed` has a bit for the choice that did not let these through; see `Counts`.

    `what` is a facet or a number, which have an id, or figures: products of one price band, rating and stock alike.
    """

    what: str
    id: int | None
    missed: int
    count: int
    low: float | None
    high: float | None
    band: int | None
    stocked: bool | None
    stars: int | None


@dataclass(frozen=True)
class Counts:
    """What the results are counted by. `bits` are those of the choices made, by the facet that each belongs to; `chosen`
    the values that they name.
    """

    counted: Sequence[Counted] = ()
    bits: Mapping[tuple[str, str], int] = field(default_factory=dict)
    chosen: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Found:
    """`nearness` tells what was looked for: the text, words that resemble those typed in it, or any one of these."""

    keys: Sequence[Key]
    question: Asked | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    nearness: int = EXACT

    @property
    def instead(self) -> str | None:
        """What was looked for in place of the text, where that is found nowhere."""
        return None if self.nearness == EXACT or self.question is None else " ".join(self.question.words)


async def search(
    wanted: Wanted, *, first: int, after: Key | None = None, nearness: int = EXACT, is_exact: bool = False
) -> Found:
    """`first` rows behind `after`. The first page of a text that nothing has is that of the nearest matches; who asks for
    the next one says how near they were. With `is_exact` there are none.

    Costs one statement, and one more to check categories and attributes. When nothing is found by a text: up to five more.
    Raises InvalidInput for unknown attributes and for a text that is too long; in a category that there is not, there is
    nothing.
    """
    known = await checked(wanted.filter)
    if has_cjk(wanted.filter.text or ""):
        await dictionary_ready()
    question = asked(wanted.filter.text) if wanted.filter.text and wanted.filter.text.strip() else None
    if question is not None and not question.terms:
        return Found([], question, known)
    if question is not None and nearness != EXACT:
        question = (await _nearest(question, wanted.shop))[nearness - 1]
    found = Found(await _page(wanted, question, known, cut=(first, after)), question, known, nearness)
    if found.keys or question is None or after is not None or is_exact:
        return found
    return await _instead(wanted, found, question, first) or found


async def count(wanted: Wanted, found: Found) -> Counts:
    """What all the results are counted by: each facet as if nothing had been chosen in it. One statement.

    Who looks for no text stays within the categories chosen: what else the shop has is not counted then, since that would
    be everything. Where counting takes long, it is remembered for some seconds.
    """
    if found.question is not None and not found.question.terms:
        return Counts()
    statement = Statement(wanted.shop, found.question)
    every = choices(wanted.filter, found.known, shop=wanted.shop, parameters=statement.parameters)
    fixed = [one for one in every if found.question is None and one.group[0] == FacetKind.CATEGORY]
    narrowed = [one for one in every if one not in fixed]
    sql = statement.counts(narrowed, fixed, band_limits(wanted.shop.currency))
    counted = await remembered(
        (sql, repr(statement.parameters.values)), lambda: rows(sql, *statement.parameters.values)
    )
    return Counts(
        [Counted(*one.values()) for one in counted],
        {one.group: 1 << place for place, one in enumerate(narrowed)},
        frozenset(id for one in every for id in one.facets),
    )


async def _instead(wanted: Wanted, found: Found, question: Asked, first: int) -> Found | None:
    """The nearest matches; None where only the filter excludes what the text finds."""
    everything = Wanted(ProductFilter(), ProductSort.NEWEST, wanted.shop)
    if wanted.filter.is_narrowing and await _page(everything, question, {}, cut=(1, None)):
        return None
    for nearness, other in enumerate(await _nearest(question, wanted.shop), start=1):
        if other.terms != question.terms and (keys := await _page(wanted, other, found.known, cut=(first, None))):
            return Found(keys, other, found.known, nearness)
    return None


async def _nearest(question: Asked, shop: Storefront) -> tuple[Asked, Asked]:
    meant = await corrected(question, shop)
    return meant, meant.any_of_its_words()


async def _page(
    wanted: Wanted, question: Asked | None, known: Mapping[str, str], *, cut: tuple[int, Key | None]
) -> list[Key]:
    first, after = cut
    statement = Statement(wanted.shop, question)
    narrowed = choices(wanted.filter, known, shop=wanted.shop, parameters=statement.parameters)
    sort = wanted.sort if question is not None or wanted.sort is not ProductSort.RELEVANCE else ProductSort.BEST_SELLING
    sql = statement.page(sort, narrowed, first=first, after=after)
    return [(one["key"], one["product_id"]) for one in await rows(sql, *statement.parameters.values)]
