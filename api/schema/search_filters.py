"""Reading what a client wants of a list of products."""

from dataclasses import asdict
from hashlib import blake2b
from math import isfinite

import orjson

from api.ids import decode
from api.schema.money import MoneyInput, read_money
from api.schema.search import AttributeFilterInput, ProductFilter
from domain.catalog.listing import search_filter
from domain.catalog.listing.search import Wanted
from domain.catalog.listing.search_filter import AttributeFilter, OptionFilter
from domain.shared.errors import InvalidInput

_REFERENCES = ("Product", "Category", "Supplier")


def read_filter(given: ProductFilter, currency: str) -> search_filter.ProductFilter:
    """Raises InvalidInput naming the part that is wrong."""
    return search_filter.ProductFilter(
        text=given.text or None,
        categories=[*([given.category] if given.category is not None else []), *(given.categories or [])],
        suppliers=[
            *([decode("Supplier", given.supplier_id, field="filter.supplierId")] if given.supplier_id else []),
            *(decode("Supplier", one, field="filter.supplierIds") for one in given.supplier_ids or []),
        ],
        attributes=[_attribute(one) for one in given.attributes or []],
        options=[OptionFilter(name=one.name, values=one.values) for one in given.options or []],
        tags=given.tags or [],
        price_from=_price(given.price_from, currency, "filter.priceFrom"),
        price_to=_price(given.price_to, currency, "filter.priceTo"),
        in_stock=given.in_stock,
        rating_from=_rating(given.min_rating),
    )


def list_name(wanted: Wanted) -> str:
    """The same for the same list only: cursors of another text, filter, sort, channel, currency or language are refused."""
    said = orjson.dumps([asdict(wanted.filter), asdict(wanted.shop)], default=str)
    return f"products.{wanted.sort}.{blake2b(said, digest_size=8).hexdigest()}"


def _attribute(given: AttributeFilterInput) -> AttributeFilter:
    field = f"filter.attributes.{given.code[:60]}"
    number, day = given.number, given.date
    return AttributeFilter(
        code=given.code,
        values=[_value(one, field) for one in given.values or []],
        is_true=given.is_true,
        number_from=_finite(number.min if number else None, field),
        number_to=_finite(number.max if number else None, field),
        date_from=day.min if day else None,
        date_to=day.max if day else None,
    )


def _value(given: str, field: str) -> str:
    """A choice's code, or the id within a global id: what a reference stores."""
    for kind in _REFERENCES:
        try:
            return str(decode(kind, given, field=field))
        except InvalidInput:
            continue
    return given


def _finite(given: float | None, field: str) -> float | None:
    if given is not None and not isfinite(given):
        raise InvalidInput(field=field, rule="number")
    return given


def _rating(given: float | None) -> int | None:
    if given is None:
        return None
    if not 1 <= given <= 5:
        raise InvalidInput(field="filter.minRating", rule="range", limit="1..5")
    return round(given * 100)


def _price(given: MoneyInput | None, currency: str, field: str) -> int | None:
    if given is None:
        return None
    read = read_money(given, field)
    if read.currency != currency:
        raise InvalidInput(field=f"{field}.currency", rule="currency", limit=currency)
    return read.minor
