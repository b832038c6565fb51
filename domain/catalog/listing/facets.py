"""What the results of a search can be narrowed by, named and counted."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar
from uuid import UUID

from domain.catalog.listing.conditions import PRICE, RATING, STOCK
from domain.catalog.listing.facet_ids import FacetKind, facet_id
from domain.catalog.listing.price_bands import band_limits
from domain.catalog.listing.search import Counted, Counts
from domain.channels.storefront import Storefront
from domain.shared.database import rows

K = TypeVar("K")

MOST_VALUES: Final = 50
MOST_CATEGORIES: Final = 300


Group: TypeAlias = tuple[str, str]
"""Kind and code of a facet."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`value` is a category's or supplier's id, a choice's code, `true`, an option's value, a tag; of a reference the id of
    what it refers to, whose kind is `refers_to`. One that `is_boolean` has no label. `parent_id` and `slug` are those of a
    category."""

    value: str
    label: str
    count: int
    slug: str | None = None
    parent_id: UUID | None = None
    refers_to: str | None = None
    is_boolean: bool = False


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """An attribute or an option, with its values, the most frequent first."""

    code: str
    label: str
    values: list[FacetValue]


@dataclass(frozen=True, slots=True)
class NumberRange:
    """`kind` is number or date; dates are days since the year 1."""

    code: str
    label: str
    kind: str
    unit: str | None
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class PriceBand:
    """From `low` to below `high`, in minor units; the last has no end."""

    low: int
    high: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Each counted as if nothing had been chosen in it. `ratings` maps a number of stars to how many have that or more."""

    total: int
    categories: list[FacetValue]
    suppliers: list[FacetValue]
    tags: list[FacetValue]
    attributes: list[FacetGroup]
    options: list[FacetGroup]
    ranges: list[NumberRange]
    prices: list[PriceBand]
    lowest_price: int | None
    highest_price: int | None
    in_stock: int
    out_of_stock: int
    ratings: dict[int, int]


def total(counts: Counts) -> int:
    return sum(one.count for one in counts.counted if one.what == "figures" and one.missed == 0)


async def facets(counts: Counts, *, shop: Storefront) -> Facets:
    """Named in the storefront's languages. Two statements, however many there are. References to products that are not
    live in the channel are left out: nobody may read their names there.
    """
    ids = {one.id for one in counts.counted if one.what == "facet"}
    named = await rows(_NAMES, list(ids), list(shop.languages), shop.channel)
    numbers = await rows(_ATTRIBUTES, list(shop.languages))
    groups: dict[Group, list[FacetValue]] = defaultdict(list)
    labels: dict[Group, str] = {}
    by_id = {one["id"]: one for one in named}
    for id, count in _sums(counts, {id: (one["kind"], one["code"]) for id, one in by_id.items()}).items():
        one = by_id[id]
        group = (one["kind"], one["code"])
        labels[group] = one["group_label"]
        groups[group].append(
            FacetValue(
                *(one["value"], one["label"], count, one["slug"], one["parent_id"], one["refers_to"]),
                is_boolean=one["attribute_kind"] == "boolean",
            )
        )
    groups = {group: _most(group, values, counts.chosen) for group, values in groups.items()}
    prices = _price_bands(counts, shop.currency)
    lows, highs = _price_ends(counts)
    stock = _sums_by(counts, STOCK, lambda one: one.stocked)
    return Facets(
        total=total(counts),
        categories=groups.get((FacetKind.CATEGORY, ""), []),
        suppliers=groups.get((FacetKind.SUPPLIER, ""), []),
        tags=groups.get((FacetKind.TAG, ""), []),
        attributes=_groups(groups, labels, FacetKind.ATTRIBUTE),
        options=_groups(groups, labels, FacetKind.OPTION),
        ranges=list(_ranges(counts, [dict(one) for one in numbers])),
        prices=prices,
        lowest_price=lows,
        highest_price=highs,
        in_stock=stock.get(True, 0),
        out_of_stock=stock.get(False, 0),
        ratings=_ratings(counts),
    )


_NAMES = """
    SELECT f.id, f.kind, f.code, f.value, c.slug, c.parent_id, a.refers_to, a.kind AS attribute_kind,
           coalesce(g.value, nullif(f.group_label, ''), f.code) AS group_label,
           coalesce(o.value, s.name, c.slug, l.slug, nullif(f.label, ''), f.value) AS label
    FROM search_facet f
    LEFT JOIN attribute a ON f.kind = 'attribute' AND a.id = f.group_id
    LEFT JOIN category c ON 'category' IN (f.kind, a.refers_to) AND c.id = f.owner_id
    LEFT JOIN supplier s ON 'supplier' IN (f.kind, a.refers_to) AND s.id = f.owner_id
    LEFT JOIN product_listing l ON a.refers_to = 'product' AND l.product_id = f.owner_id AND $3 = ANY(l.channels)
    LEFT JOIN LATERAL (
      SELECT t.value FROM catalog_text t WHERE t.owner_id = f.group_id AND t.field = 'name' AND t.language = ANY($2)
      ORDER BY array_position($2, t.language::text) LIMIT 1) g ON true
    LEFT JOIN LATERAL (
      SELECT t.value FROM catalog_text t WHERE t.owner_id = f.owner_id AND t.field = 'name' AND t.language = ANY($2)
      ORDER BY array_position($2, t.language::text) LIMIT 1) o ON true
    WHERE f.id = ANY($1) AND (a.refers_to IS DISTINCT FROM 'product' OR l.product_id IS NOT NULL)"""
_ATTRIBUTES = """
    SELECT a.code, a.kind, a.unit, coalesce(t.value, a.code) AS label FROM attribute a
    LEFT JOIN LATERAL (
      SELECT t.value FROM catalog_text t WHERE t.owner_id = a.id AND t.field = 'name' AND t.language = ANY($1)
      ORDER BY array_position($1, t.language::text) LIMIT 1) t ON true
    WHERE a.is_filterable AND a.kind IN ('number', 'date')"""


def _counts_for(one: Counted, group: Group, bits: Mapping[Group, int]) -> bool:
    """Whether these rows fulfil every choice but that in their own group."""
    return one.missed in {0, bits.get(group, 0)}


def _sums(counts: Counts, groups: Mapping[int, Group]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for one in counts.counted:
        if (
            one.what == "facet"
            and one.id is not None
            and one.id in groups
            and _counts_for(one, groups[one.id], counts.bits)
        ):
            found[one.id] += one.count
    return found


def _most(group: Group, values: list[FacetValue], chosen: frozenset[int]) -> list[FacetValue]:
    """The most frequent, and behind them those that are chosen and rarer."""
    values.sort(key=lambda value: (-value.count, value.label))
    most = MOST_CATEGORIES if group[0] == FacetKind.CATEGORY else MOST_VALUES
    rarer = [one for one in values[most:] if facet_id(FacetKind(group[0]), group[1], one.value) in chosen]
    return values[:most] + rarer


def _groups(groups: Mapping[Group, list[FacetValue]], labels: Mapping[Group, str], kind: FacetKind) -> list[FacetGroup]:
    found = [FacetGroup(code, labels[kind, code], values) for (of, code), values in groups.items() if of == kind]
    return sorted(found, key=lambda group: (-sum(value.count for value in group.values), group.code))


def _ranges(counts: Counts, attributes: Sequence[Mapping[str, str]]) -> Iterable[NumberRange]:
    for one in attributes:
        id, group = facet_id(FacetKind.ATTRIBUTE, one["code"]), (str(FacetKind.ATTRIBUTE), one["code"])
        mine = [row for row in counts.counted if row.id == id and _counts_for(row, group, counts.bits)]
        if mine:
            low = min(row.low for row in mine if row.low is not None)
            high = max(row.high for row in mine if row.high is not None)
            number = sum(row.count for row in mine)
            yield NumberRange(one["code"], one["label"], one["kind"], one["unit"], low, high, number)


def _price_bands(counts: Counts, currency: str) -> list[PriceBand]:
    limits = [0, *band_limits(currency)]
    found = _sums_by(counts, PRICE, lambda one: one.band or 0)
    return [
        PriceBand(limits[band], limits[band + 1] if band + 1 < len(limits) else None, count)
        for band, count in sorted(found.items())
    ]


def _price_ends(counts: Counts) -> tuple[int | None, int | None]:
    mine = [one for one in counts.counted if one.what == "figures" and _counts_for(one, PRICE, counts.bits)]
    lows = [int(one.low) for one in mine if one.low is not None]
    highs = [int(one.high) for one in mine if one.high is not None]
    return min(lows, default=None), max(highs, default=None)


def _ratings(counts: Counts) -> dict[int, int]:
    found = _sums_by(counts, RATING, lambda one: one.stars or 0)
    return {stars: sum(count for star, count in found.items() if star >= stars) for stars in (4, 3, 2, 1)}


def _sums_by(counts: Counts, group: Group, of: Callable[[Counted], K]) -> dict[K, int]:
    found: dict[K, int] = defaultdict(int)
    for one in counts.counted:
        if one.what == "figures" and _counts_for(one, group, counts.bits):
            found[of(one)] += one.count
    return found
