"""Lists of products: filtered, sorted, cut into pages by key, from one row per product. One statement a page."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.catalog.queries import LISTING_COLUMNS, Languages, ProductFacts
from domain.shared.database import rows


class ProductSort(StrEnum):
    NEWEST = "newest"
    BEST_SELLING = "best_selling"
    PRICE_LOW_TO_HIGH = "price_low_to_high"
    PRICE_HIGH_TO_LOW = "price_high_to_low"


@dataclass(frozen=True)
class ProductFilter:
    """Prices are minor units of `currency`; `text` is looked for in the names of every language."""

    category_slug: str | None = None
    supplier_id: UUID | None = None
    text: str | None = None
    price_from: int | None = None
    price_to: int | None = None


@dataclass(frozen=True)
class Listed:
    """A product with the key that stands for its place in this sort."""

    product: ProductFacts
    key: Any


_KEYS = {
    ProductSort.NEWEST: ("p.created_at", "timestamptz", "DESC", "<"),
    ProductSort.BEST_SELLING: ("p.sold", "int", "DESC", "<"),
    ProductSort.PRICE_LOW_TO_HIGH: ("(p.prices->>$3)::bigint", "bigint", "ASC", ">"),
    ProductSort.PRICE_HIGH_TO_LOW: ("(p.prices->>$3)::bigint", "bigint", "DESC", "<"),
}


async def list_products(
    wanted: ProductFilter,
    *,
    sort: ProductSort,
    page: tuple[int, tuple[Any, UUID] | None],
    currency: str,
    languages: Languages,
) -> list[Listed]:
    """A page of live products that have a price in `currency`. `page` is how many, and the (key, id) to start behind."""
    first, after = page
    key, key_type, direction, beyond = _KEYS[sort]
    found = await rows(
        f"""SELECT {LISTING_COLUMNS}, {key} AS sort_key FROM product_listing p
            WHERE p.prices ? $3
              AND ($4::text IS NULL OR p.category_id IN (
                    WITH RECURSIVE below AS (
                      SELECT id FROM category WHERE slug = $4
                      UNION ALL SELECT c.id FROM category c JOIN below b ON c.parent_id = b.id)
                    SELECT id FROM below))
              AND ($5::uuid IS NULL OR p.supplier_id = $5)
              AND ($6::text IS NULL OR EXISTS (SELECT 1 FROM jsonb_each_text(p.names) n WHERE n.value ILIKE $6))
              AND ($7::bigint IS NULL OR (p.prices->>$3)::bigint >= $7)
              AND ($8::bigint IS NULL OR (p.prices->>$3)::bigint <= $8)
              AND ($9::{key_type} IS NULL OR ({key}, p.product_id) {beyond} ($9, $10::uuid))
            ORDER BY {key} {direction}, p.product_id {direction} LIMIT $11""",
        *languages,
        currency,
        wanted.category_slug,
        wanted.supplier_id,
        _pattern(wanted.text),
        wanted.price_from,
        wanted.price_to,
        *(after or (None, None)),
        first,
    )
    return [Listed(ProductFacts(*columns), key) for *columns, key in found]


def _pattern(text: str | None) -> str | None:
    if not text:
        return None
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
