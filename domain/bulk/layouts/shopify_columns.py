"""The columns of Shopify's product CSV: those that its admin exports, and those of the sample that its help offers.

https://help.shopify.com/en/manual/products/import-export/using-csv
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from domain.bulk.errors import FileUnusable

WRITTEN: Final = (
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Product Category",
    "Type",
    "Tags",
    "Published",
    "Option1 Name",
    "Option1 Value",
    "Option2 Name",
    "Option2 Value",
    "Option3 Name",
    "Option3 Value",
    "Variant SKU",
    "Variant Grams",
    "Variant Inventory Tracker",
    "Variant Inventory Qty",
    "Variant Inventory Policy",
    "Variant Fulfillment Service",
    "Variant Price",
    "Variant Compare At Price",
    "Variant Requires Shipping",
    "Variant Taxable",
    "Variant Barcode",
    "Image Src",
    "Image Position",
    "Image Alt Text",
    "Gift Card",
    "Variant Image",
    "Variant Weight Unit",
    "Status",
)
"""In the order in which Shopify writes them; columns of metafields and markets follow."""

OPTIONS: Final = (1, 2, 3)
"""Shopify has no more."""

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "Handle": ("url handle",),
    "Body (HTML)": ("description",),
    "Published": ("published on online store",),
    "Variant SKU": ("sku",),
    "Variant Grams": ("weight value (grams)",),
    "Variant Inventory Qty": ("inventory quantity",),
    "Variant Price": ("price",),
    "Variant Compare At Price": ("compare-at price", "compare at price"),
    "Variant Barcode": ("barcode", "barcodes"),
    "Image Src": ("product image url",),
    "Variant Image": ("variant image url",),
}
_CANONICAL: Final = {one.casefold(): one for one in WRITTEN} | {
    other: name for name, others in _NAMES.items() for other in others
}
_METAFIELD = re.compile(r".*\(product\.metafields\.[^.()]+\.([^.()]+)\)")
_MARKET = re.compile(r"(included|price|compare[- ]at price) / (.+)", re.IGNORECASE)


@dataclass
class ShopifyColumns:
    """`named` maps the name that Shopify's export has for a column to the one in the file; metafields are by their keys,
    markets by their titles in lower case, each with its columns "included", "price" and "compare".
    """

    named: dict[str, str] = field(default_factory=dict)
    metafields: dict[str, str] = field(default_factory=dict)
    markets: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """As the file calls it; as Shopify does where it is missing."""
        return self.named.get(name, name)


@lru_cache(maxsize=64)
def shopify_columns(header: tuple[str, ...]) -> ShopifyColumns:
    """Columns that mean nothing here are passed over, for Shopify and its apps add many."""
    found = ShopifyColumns()
    for column in header:
        if name := _CANONICAL.get(column.casefold()):
            found.named.setdefault(name, column)
        elif metafield := _METAFIELD.fullmatch(column):
            found.metafields[metafield[1].casefold()] = column
        elif market := _MARKET.fullmatch(column):
            kind = market[1].casefold().split(" ")[0].split("-")[0]
            found.markets.setdefault(market[2].strip().casefold(), {})[kind] = column
    return found


def require_shopifys(columns: ShopifyColumns) -> None:
    """Raises FileUnusable without the columns by which the layout is known."""
    for name in ("Handle", "Title"):
        if name not in columns.named:
            raise FileUnusable(rule="missingColumn", limit=name, line=1)


def metafield_column(code: str) -> str:
    return f"{code.replace('_', ' ').capitalize()} (product.metafields.custom.{code})"
