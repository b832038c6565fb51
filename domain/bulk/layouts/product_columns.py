"""The columns of products in the shop's own layout."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from domain.bulk.errors import FileUnusable

OF_PRODUCT: Final = ("external_id", "slug", "supplier", "type", "category", "category_path", "tags")
OF_VARIANT: Final = ("sku", "barcode", "weight_grams", "position")
OF_IMAGE: Final = ("image_url", "image_position", "image_alt")
_OPTION = re.compile(r"option([1-9]|10)_(name|value)")
_LANGUAGE_FIELDS = ("name", "description")


@dataclass
class ProductColumns:
    """Which of a file's columns are there, by what they hold: `texts` maps (field, language) to the column, the others
    map a code to it. `product` are those that belong to the whole product.
    """

    product: list[str] = field(default_factory=list)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    moments: dict[str, str] = field(default_factory=dict)
    prices: dict[str, str] = field(default_factory=dict)
    compared: dict[str, str] = field(default_factory=dict)
    stock: dict[str, str] = field(default_factory=dict)
    options: list[int] = field(default_factory=list)


@lru_cache(maxsize=64)
def product_columns(header: tuple[str, ...], language: str) -> ProductColumns:
    """What the columns hold; `language` is that of texts whose column names none. Raises FileUnusable for a column that
    means nothing: a slip in its name would else leave it out in silence.
    """
    found = ProductColumns()
    for column in header:
        _place(found, column, language)
    return found


def _place(found: ProductColumns, column: str, language: str) -> None:
    if option := _OPTION.fullmatch(column):
        found.options = sorted({*found.options, int(option[1])})
        return
    head, dot, tail = column.partition(".")
    if head in _LANGUAGE_FIELDS:
        found.texts[head, tail or language] = column
    elif dot and tail and head in _BY_CODE:
        getattr(found, _BY_CODE[head])[tail] = column
    elif column not in {*OF_PRODUCT, *OF_VARIANT, *OF_IMAGE}:
        raise _unknown(column, (*OF_PRODUCT, *OF_VARIANT, *OF_IMAGE, *_LANGUAGE_FIELDS, *_BY_CODE))
    if column in OF_PRODUCT or head in {*_LANGUAGE_FIELDS, "attribute", "status", "live_from"}:
        found.product.append(column)


_BY_CODE: Final = {
    "attribute": "attributes",
    "status": "statuses",
    "live_from": "moments",
    "price": "prices",
    "compare_at_price": "compared",
    "stock": "stock",
}


def plain_columns(header: Iterable[str], known: Iterable[str]) -> None:
    """Raises FileUnusable for a column that is not among those known."""
    for column in header:
        if column not in known:
            raise _unknown(column, known)


def _unknown(column: str, known: Iterable[str]) -> FileUnusable:
    """With the column that was perhaps meant: `prise.EUR` says `price.EUR`."""
    head, dot, tail = column.partition(".")
    like = get_close_matches(head.casefold(), list(known), n=1)
    if not like:
        return FileUnusable(rule="unknownColumn", limit=column, line=1)
    return FileUnusable(rule="likelyColumn", limit=column, line=1, meant=f"{like[0]}{dot}{tail}")
