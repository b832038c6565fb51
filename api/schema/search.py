"""Searching as clients see it: what a list can be narrowed by, and what it can be narrowed by next."""

from datetime import date

import strawberry

from api.access import PARENT, Access
from api.pages import Connection, Edge
from api.schema.catalog import Product
from api.schema.money import Money, MoneyInput
from domain.catalog.listing.search_filter import ProductSort
from domain.catalog.listing.suggest import SuggestionKind

ProductSortEnum = strawberry.enum(
    ProductSort,
    name="ProductSort",
    description="RELEVANCE is for texts; without one it means BEST_SELLING.",
)
SuggestionKindEnum = strawberry.enum(SuggestionKind, name="SuggestionKind")


@strawberry.input(description="From one end to the other, both included. One of them may be missing.")
class NumberRangeInput:
    min: float | None = None
    max: float | None = None


@strawberry.input(description="From one day to another, both included. One of them may be missing.")
class DateRangeInput:
    min: date | None = None
    max: date | None = None


@strawberry.input(description="One of the four, as suits the kind of the attribute.")
class AttributeFilterInput:
    code: str
    values: list[str] | None = strawberry.field(
        default=None, description="Codes of choices, or global ids for a reference. Any of them will do."
    )
    is_true: bool | None = strawberry.field(default=None, description="Of a boolean.")
    number: NumberRangeInput | None = None
    date: DateRangeInput | None = None


@strawberry.input(description="Some variant has one of the values. Names and values as the shop's language has them.")
class OptionFilterInput:
    name: str
    values: list[str]


@strawberry.input(description="Every condition given must hold.")
class ProductFilter:
    text: str | None = strawberry.field(
        default=None,
        description="Words of names, tags, options, attributes, categories and descriptions, the last one perhaps in part; "
        "a whole SKU or barcode. At most 200 characters.",
    )
    category: str | None = strawberry.field(
        default=None, description="The slug of a category; those below it count too."
    )
    categories: list[str] | None = strawberry.field(default=None, description="Several slugs: any of them will do.")
    supplier_id: strawberry.ID | None = None
    supplier_ids: list[strawberry.ID] | None = None
    attributes: list[AttributeFilterInput] | None = None
    options: list[OptionFilterInput] | None = None
    tags: list[str] | None = strawberry.field(default=None, description="Any of them will do.")
    price_from: MoneyInput | None = None
    price_to: MoneyInput | None = None
    in_stock: bool | None = strawberry.field(default=None, description="Whether some variant can be bought now.")
    min_rating: float | None = strawberry.field(default=None, description="Stars, from 1 to 5.")


@strawberry.type(
    directives=[Access(requires=PARENT)],
    description="A part of a text; what was looked for stands in parts of its own.",
)
class HighlightPart:
    text: str
    is_match: bool


@strawberry.type(directives=[Access(requires=PARENT)], description="Where the words stand, as plain text in parts.")
class Highlights:
    name: list[HighlightPart] = strawberry.field(description="The whole name; empty when it holds none of the words.")
    description: list[HighlightPart] = strawberry.field(
        description="The fragment with most of the words; empty when the description holds none."
    )


@strawberry.type(directives=[Access(requires=PARENT)])
class ProductResultEdge(Edge[Product]):
    highlights: Highlights | None = strawberry.field(description="Null when no text was looked for.")


@strawberry.type(directives=[Access(requires=PARENT)], description="How many results have this value.")
class FacetValue:
    value: str = strawberry.field(description="What to filter by.")
    label: str
    count: int


@strawberry.type(directives=[Access(requires=PARENT)], description="A category of the results, or one above it.")
class CategoryFacet:
    id: strawberry.ID
    slug: str
    label: str
    parent_id: strawberry.ID | None
    count: int


@strawberry.type(directives=[Access(requires=PARENT)], description="An attribute or an option.")
class FacetGroup:
    code: str
    label: str
    values: list[FacetValue] = strawberry.field(description="The most frequent 50.")


@strawberry.type(directives=[Access(requires=PARENT)], description="An attribute whose values are numbers.")
class NumberFacet:
    code: str
    label: str
    unit: str | None
    min: float
    max: float
    count: int


@strawberry.type(directives=[Access(requires=PARENT)], description="An attribute whose values are days.")
class DateFacet:
    code: str
    label: str
    min: date
    max: date
    count: int


@strawberry.type(
    directives=[Access(requires=PARENT)], description="Results that cost `min` or more and less than `below`."
)
class PriceBand:
    min: Money
    below: Money | None
    count: int


@strawberry.type(directives=[Access(requires=PARENT)], description="Results rated with so many stars or more.")
class RatingFacet:
    stars: int
    count: int


@strawberry.type(
    directives=[Access(requires=PARENT)],
    description="What the results can be narrowed by, each counted as if nothing had been chosen in it.",
)
class ProductFacets:
    categories: list[CategoryFacet]
    suppliers: list[FacetValue]
    tags: list[FacetValue]
    attributes: list[FacetGroup]
    options: list[FacetGroup]
    numbers: list[NumberFacet]
    dates: list[DateFacet]
    prices: list[PriceBand]
    lowest_price: Money | None
    highest_price: Money | None
    in_stock: int
    out_of_stock: int
    ratings: list[RatingFacet]


@strawberry.type(name="ProductResultConnection", directives=[Access(requires=PARENT)])
class ProductResults(Connection[Product]):
    edges: list[ProductResultEdge]  # type: ignore[assignment] # a list of a more special type, which is only read
    total_count: int
    facets: ProductFacets
    is_approximate: bool = strawberry.field(
        description="True when nothing has all that was looked for: these are the nearest matches."
    )
    searched_for: str | None = strawberry.field(description="What was looked for instead, when it is approximate.")


@strawberry.type(directives=[Access(requires=PARENT)], description="How a text may go on.")
class Suggestion:
    kind: SuggestionKind
    text: str
    slug: str | None = strawberry.field(description="Of a product or category; null for a word.")
