"""A filter as conditions on the rows of the listing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from domain.catalog.listing.facet_ids import FacetKind, facet_id, folded
from domain.catalog.listing.search_filter import AttributeFilter, Choice, ProductFilter
from domain.channels.storefront import Storefront
from domain.shared.database import rows
from domain.shared.errors import InvalidInput

PRICE: Final = ("price", "")
STOCK: Final = ("stock", "")
RATING: Final = ("rating", "")
MOST: Final = 12
"""So many attributes and options at once: each doubles the sets that facets are counted in."""
MOST_VALUES: Final = 100


class Parameters:
    """Values of a statement. `add` tells the placeholder, so that the text depends only on what is asked."""

    def __init__(self, *values: object) -> None:
        self.values = list(values)

    def add(self, value: object) -> str:
        self.values.append(value)
        return f"${len(self.values)}"


async def checked(wanted: ProductFilter) -> Mapping[str, str]:
    """The kinds of the attributes asked for, by code. At most one statement.

    Raises InvalidInput for attributes that there are not, and for conditions that do not fit their kind. In a category
    that there is not, there is nothing.
    """
    _within_limits(wanted)
    if not wanted.attributes and not wanted.categories:
        return {}
    found = await rows(
        """SELECT 'attribute' AS what, code, kind FROM attribute WHERE code = ANY($1) AND is_filterable
           UNION ALL SELECT 'category', slug, id::text FROM category WHERE slug = ANY($2)""",
        [one.code for one in wanted.attributes],
        list(wanted.categories),
    )
    known = {(one["what"], one["code"]): one["kind"] for one in found}
    for one in wanted.attributes:
        _suits(one, known.get(("attribute", one.code)))
    return {code if what == "attribute" else f"category {code}": kind for (what, code), kind in known.items()}


def choices(
    wanted: ProductFilter, known: Mapping[str, str], *, shop: Storefront, parameters: Parameters
) -> list[Choice]:
    """What is chosen in each facet, in one order for the same parts. Who asks for two things of one facet gets what is
    both."""
    every = [
        *_categories(wanted, known, parameters),
        *_facets(wanted, parameters),
        *_numbers(wanted, parameters),
        *_price(wanted, shop, parameters),
        *_stock(wanted, shop, parameters),
        *_rating(wanted, parameters),
    ]
    groups: dict[tuple[str, str], list[Choice]] = {}
    for one in every:
        groups.setdefault(one.group, []).append(one)
    return [
        Choice(group, " AND ".join(one.sql for one in same), tuple(id for one in same for id in one.facets))
        for group, same in groups.items()
    ]


def _within_limits(wanted: ProductFilter) -> None:
    if len(wanted.attributes) + len(wanted.options) > MOST:
        raise InvalidInput(field="filter.attributes", rule="count", limit=f"0..{MOST}")
    lists: Iterable[tuple[str, Sequence[object]]] = [
        ("filter.category", wanted.categories),
        ("filter.suppliers", wanted.suppliers),
        ("filter.tags", wanted.tags),
        *((f"filter.attributes.{one.code}", one.values) for one in wanted.attributes),
        *((f"filter.options.{one.name}", one.values) for one in wanted.options),
    ]
    for field, values in lists:
        if len(values) > MOST_VALUES:
            raise InvalidInput(field=field[:120], rule="count", limit=f"0..{MOST_VALUES}")


def _suits(one: AttributeFilter, kind: str | None) -> None:
    """Raises InvalidInput naming the attribute when there is none, or when its kind is asked otherwise."""
    given = {
        "choice": bool(one.values),
        "boolean": one.is_true is not None,
        "number": one.number_from is not None or one.number_to is not None,
        "date": one.date_from is not None or one.date_to is not None,
    }
    field = f"filter.attributes.{one.code[:60]}"
    if kind is None or kind == "text":
        raise InvalidInput(field=field, rule="unknown", limit=one.code[:60])
    asked_as = "choice" if kind == "reference" else kind
    if [name for name, is_given in given.items() if is_given] != [asked_as]:
        raise InvalidInput(field=field, rule="kind", limit=kind)


def _categories(wanted: ProductFilter, known: Mapping[str, str], parameters: Parameters) -> Iterable[Choice]:
    if wanted.categories:
        ids = [
            facet_id(FacetKind.CATEGORY, "", known[f"category {slug}"])
            for slug in wanted.categories
            if f"category {slug}" in known
        ]
        yield _overlap((FacetKind.CATEGORY, ""), ids, parameters)


def _facets(wanted: ProductFilter, parameters: Parameters) -> Iterable[Choice]:
    if wanted.suppliers:
        ids = tuple(facet_id(FacetKind.SUPPLIER, "", str(one)) for one in wanted.suppliers)
        suppliers = parameters.add(list(wanted.suppliers))
        yield Choice((FacetKind.SUPPLIER, ""), f"l.supplier_id = ANY({suppliers}::uuid[])", ids)
    if wanted.tags:
        tags = [facet_id(FacetKind.TAG, "", folded(tag, part="value")) for tag in wanted.tags]
        yield _overlap((FacetKind.TAG, ""), tags, parameters)
    for option in wanted.options:
        code = folded(option.name, part="code")
        values = [facet_id(FacetKind.OPTION, code, folded(value, part="value")) for value in option.values]
        yield _overlap((FacetKind.OPTION, code), values, parameters)
    for one in wanted.attributes:
        wanted_values = one.values if one.is_true is None else [str(one.is_true).lower()]
        if wanted_values:
            values = [facet_id(FacetKind.ATTRIBUTE, one.code, value) for value in wanted_values]
            yield _overlap((FacetKind.ATTRIBUTE, one.code), values, parameters)


def _overlap(group: tuple[str, str], ids: list[int], parameters: Parameters) -> Choice:
    return Choice(group, f"l.facets && {parameters.add(ids)}::bigint[]", tuple(ids))


def _numbers(wanted: ProductFilter, parameters: Parameters) -> Iterable[Choice]:
    for one in wanted.attributes:
        low, high = _bounds(one)
        if low is not None or high is not None:
            id = parameters.add(facet_id(FacetKind.ATTRIBUTE, one.code))
            between = f"{parameters.add(low)}::float8 AND {parameters.add(high)}::float8"
            yield Choice(
                (FacetKind.ATTRIBUTE, one.code),
                f"""EXISTS (SELECT FROM unnest(l.number_ids, l.number_values) AS n(id, value)
                            WHERE n.id = {id} AND n.value BETWEEN {between})""",
            )


def _bounds(one: AttributeFilter) -> tuple[float | None, float | None]:
    if one.date_from is not None or one.date_to is not None:
        return (
            float(one.date_from.toordinal()) if one.date_from else float("-inf"),
            float(one.date_to.toordinal()) if one.date_to else float("inf"),
        )
    if one.number_from is None and one.number_to is None:
        return None, None
    return (
        float("-inf") if one.number_from is None else one.number_from,
        float("inf") if one.number_to is None else one.number_to,
    )


def _price(wanted: ProductFilter, shop: Storefront, parameters: Parameters) -> Iterable[Choice]:
    if wanted.price_from is not None or wanted.price_to is not None:
        low = parameters.add(wanted.price_from or 0)
        high = parameters.add(2**63 - 1 if wanted.price_to is None else wanted.price_to)
        yield Choice(
            PRICE, f"(l.prices->>{parameters.add(shop.currency)})::bigint BETWEEN {low}::bigint AND {high}::bigint"
        )


def _stock(wanted: ProductFilter, shop: Storefront, parameters: Parameters) -> Iterable[Choice]:
    if wanted.in_stock is not None:
        yield Choice(
            STOCK, f"({parameters.add(shop.channel)} = ANY(l.stocked_in)) = {parameters.add(wanted.in_stock)}::bool"
        )


def _rating(wanted: ProductFilter, parameters: Parameters) -> Iterable[Choice]:
    if wanted.rating_from is not None:
        yield Choice(RATING, f"l.rating >= {parameters.add(wanted.rating_from)}::int")
