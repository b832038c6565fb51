"""What rows of a file say of things of the shop, before anybody has asked the shop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from domain.bulk.formats.rows import Row
from domain.bulk.problems import Problem
from domain.catalog.products.change import PublicationChange

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Key:
    """What only one thing of a file may be called, and where it stands. A second line of `name` is what it holds within,
    as the currency of a price. Only one that
    `is_judged` must not stand before; the others only tell where they stand.
    """

    column: str
    name: str
    line: int
    is_judged: bool = True


@dataclass(slots=True)
class Entry(Generic[D]):
    """The `rows` that tell of one thing. `first` is the place of the first of them among all rows, from 0 on.

    `draft` has what is right; `problems` name the rest. It is None where nothing can be made of the rows.
    """

    first: int
    rows: list[Row]
    draft: D | None
    problems: list[Problem]
    keys: list[Key] = field(default_factory=list)

    @property
    def lines(self) -> list[int]:
        return [row.line for row in self.rows]


@dataclass(frozen=True, slots=True)
class PriceDraft:
    """In minor units; None removes."""

    minor: int | None
    compare_at_minor: int | None
    column: str


@dataclass(frozen=True, slots=True)
class ImageDraft:
    line: int
    url: str
    position: int | None
    alt: str | None
    column: str


@dataclass(slots=True)
class VariantDraft:
    """`sku_given`: it stands in the file; else it was made from the product's and the options' names.

    `prices` are by currency, `stock` by the code of a warehouse; `image` shows this variant.
    """

    line: int
    sku: str
    sku_given: bool
    options: dict[str, str] | None = None
    barcode: str | None = None
    weight_grams: int | None = None
    position: int | None = None
    prices: dict[str, PriceDraft] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    stock_column: str = ""
    image: ImageDraft | None = None


@dataclass(slots=True)
class ProductDraft:
    """`supplier` is a code or a name, `category` a slug, `category_path` names from the root on. `columns` says in which
    column of the file a field of the product stands, for those that bear other names there. `included` says of channels
    whether a file of Shopify's includes the product in their market; its `publications` follow from that.
    """

    line: int
    supplier: str | None = None
    external_id: str | None = None
    slug: str | None = None
    product_type: str | None = None
    type_is_known: bool = True
    category: str | None = None
    category_path: tuple[str, ...] = ()
    tags: list[str] | None = None
    attributes: dict[str, str | None] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    publications: dict[str, PublicationChange] = field(default_factory=dict)
    included: dict[str, bool] = field(default_factory=dict)
    variants: list[VariantDraft] = field(default_factory=list)
    images: list[ImageDraft] = field(default_factory=list)
    spare_sku: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PriceRow:
    sku: str
    currency: str
    price: PriceDraft


@dataclass(frozen=True, slots=True)
class StockRow:
    sku: str
    warehouse: str
    on_hand: int
    expected_on_hand: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class TranslationRow:
    """`source` is the text that was translated, None where the file does not say."""

    kind: str
    id: str
    field: str
    source: str | None
    translation: str
