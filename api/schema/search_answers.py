"""Showing what was found."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import strawberry

from api.ids import encode
from api.pages import PageInfo
from api.schema.catalog import Product
from api.schema.money import Money, shown
from api.schema.search import (
    CategoryFacet,
    DateFacet,
    FacetGroup,
    FacetValue,
    HighlightPart,
    Highlights,
    NumberFacet,
    PriceBand,
    ProductFacets,
    ProductResultEdge,
    ProductResults,
    RatingFacet,
)
from domain.catalog.listing import facets as counted
from domain.catalog.listing.highlight import Marked, Part
from domain.catalog.listing.search import Found
from domain.shared import money
from domain.shared.messages import text


def show_results(
    nodes: Sequence[Product],
    cursors: Sequence[str],
    *,
    found: Found,
    ends: tuple[bool, bool],
    counted: tuple[int, counted.Facets | None, Mapping[UUID, Marked], str, str],
) -> ProductResults:
    """`ends`: whether there is more behind and before; `counted` ends with the currency and the language in which all is
    shown. What nobody asked for is empty."""
    total, facets, marked, currency, language = counted
    edges = [
        ProductResultEdge(cursor=place, node=node, highlights=_highlights(marked.get(node.product_id), found))
        for place, node in zip(cursors, nodes, strict=True)
    ]
    return ProductResults(
        edges=edges,
        nodes=list(nodes),
        page_info=PageInfo(
            has_next_page=ends[0],
            has_previous_page=ends[1],
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
        total_count=total,
        facets=_facets(facets, currency, language) if facets else _NONE,
        is_approximate=found.instead is not None,
        searched_for=found.instead,
    )


def _highlights(marked: Marked | None, found: Found) -> Highlights | None:
    if found.question is None:
        return None
    known = marked or Marked()
    return Highlights(name=_parts(known.name), description=_parts(known.description))


def _parts(parts: Sequence[Part]) -> list[HighlightPart]:
    return [HighlightPart(text=one.text, is_match=one.is_match) for one in parts]


def _facets(found: counted.Facets, currency: str, language: str) -> ProductFacets:
    return ProductFacets(
        categories=[_category(one) for one in found.categories],
        suppliers=[
            FacetValue(value=encode("Supplier", UUID(one.value)), label=one.label, count=one.count)
            for one in found.suppliers
        ],
        tags=_values(found.tags, language),
        attributes=[_group(one, language) for one in found.attributes],
        options=[_group(one, language) for one in found.options],
        numbers=[
            NumberFacet(code=one.code, label=one.label, unit=one.unit, min=one.low, max=one.high, count=one.count)
            for one in found.ranges
            if one.kind == "number"
        ],
        dates=[
            DateFacet(code=one.code, label=one.label, min=_day(one.low), max=_day(one.high), count=one.count)
            for one in found.ranges
            if one.kind == "date"
        ],
        prices=[_band(one, currency) for one in found.prices],
        lowest_price=_price(found.lowest_price, currency),
        highest_price=_price(found.highest_price, currency),
        in_stock=found.in_stock,
        out_of_stock=found.out_of_stock,
        ratings=[RatingFacet(stars=stars, count=count) for stars, count in found.ratings.items()],
    )


def _category(found: counted.FacetValue) -> CategoryFacet:
    return CategoryFacet(
        id=strawberry.ID(encode("Category", UUID(found.value))),
        slug=found.slug or "",
        label=found.label,
        parent_id=strawberry.ID(encode("Category", found.parent_id)) if found.parent_id else None,
        count=found.count,
    )


def _group(found: counted.FacetGroup, language: str) -> FacetGroup:
    return FacetGroup(code=found.code, label=found.label, values=_values(found.values, language))


def _values(found: Sequence[counted.FacetValue], language: str) -> list[FacetValue]:
    return [FacetValue(value=_value(one), label=_label(one, language), count=one.count) for one in found]


def _label(found: counted.FacetValue, language: str) -> str:
    return text("YES" if found.value == "true" else "NO", language) if found.is_boolean else found.label


def _value(found: counted.FacetValue) -> str:
    return encode(found.refers_to.title(), UUID(found.value)) if found.refers_to else found.value


def _band(found: counted.PriceBand, currency: str) -> PriceBand:
    return PriceBand(min=shown(money.Money(found.low, currency)), below=_price(found.high, currency), count=found.count)


def _price(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else shown(money.Money(minor, currency))


def _day(number: float) -> date:
    return date.fromordinal(int(number))


_NONE = ProductFacets(
    categories=[],
    suppliers=[],
    tags=[],
    attributes=[],
    options=[],
    numbers=[],
    dates=[],
    prices=[],
    lowest_price=None,
    highest_price=None,
    in_stock=0,
    out_of_stock=0,
    ratings=[],
)
