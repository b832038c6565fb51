"""A product with all that files say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PriceOut:
    """In major units, with the currency's decimals."""

    price: str
    compare_at: str


@dataclass(slots=True)
class VariantOut:
    """`prices` by currency; `on_hand` is what lies in the warehouse that the file is about."""

    sku: str
    options: Mapping[str, str]
    barcode: str
    weight_grams: int | None
    position: int
    prices: dict[str, PriceOut] = field(default_factory=dict)
    on_hand: int | None = None
    image: str = ""


@dataclass(frozen=True, slots=True)
class ImageOut:
    url: str
    position: int
    alt: str


@dataclass(slots=True)
class ProductOut:
    """`texts` by field and language, `attributes` by code, `publications` (status, live from) by channel."""

    external_id: str
    slug: str
    supplier: str
    supplier_name: str
    product_type: str
    category: str
    category_path: Sequence[str]
    tags: Sequence[str]
    attributes: Mapping[str, str]
    texts: Mapping[tuple[str, str], str]
    publications: Mapping[str, tuple[str, datetime | None]]
    variants: Sequence[VariantOut]
    images: Sequence[ImageOut]
