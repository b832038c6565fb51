"""Reading the catalogue: plain rows for hot reads, one statement each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import orjson

from domain.shared.database import rows, value

Languages: TypeAlias = tuple[str, str]
"""The language asked for, and the shop's, which stands in where a text is missing."""


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A live product. `name` is in the language asked for, else in the shop's; `price_from` is the lowest price of its
    variants, in minor units of the currency asked for.
    """

    id: UUID
    slug: str
    name: str
    category_id: UUID
    supplier_id: UUID
    sold: int
    created_at: datetime
    price_from: int | None


@dataclass(frozen=True, slots=True)
class VariantFacts:
    id: UUID
    product_id: UUID
    sku: str
    options: dict[str, str]


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    id: UUID
    slug: str
    name: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class SellableVariant:
    """What an order line copies of a variant."""

    id: UUID
    sku: str
    product_id: UUID
    supplier_id: UUID
    product_name: str


NAME = "coalesce(p.names->>$1, p.names->>$2, p.slug)"
LISTING_COLUMNS = f"""p.product_id AS id, p.slug, {NAME} AS name, p.category_id, p.supplier_id, p.sold, p.created_at,
    (p.prices->>$3)::bigint AS price_from"""


async def products(product_ids: Sequence[UUID], *, languages: Languages, currency: str) -> dict[UUID, ProductFacts]:
    found = await rows(
        f"SELECT {LISTING_COLUMNS} FROM product_listing p WHERE p.product_id = ANY($4)",
        *languages,
        currency,
        list(product_ids),
    )
    return {r["id"]: ProductFacts(*r) for r in found}


async def product_id_by_slug(slug: str) -> UUID | None:
    found: UUID | None = await value("SELECT product_id FROM product_listing WHERE slug = $1", slug)
    return found


async def descriptions(product_ids: Sequence[UUID], *, languages: Languages) -> dict[UUID, str]:
    found = await rows(
        """SELECT DISTINCT ON (product_id) product_id, description FROM product_translation
           WHERE product_id = ANY($3) AND language IN ($1, $2) ORDER BY product_id, language = $1 DESC""",
        *languages,
        list(product_ids),
    )
    return {r["product_id"]: r["description"] for r in found}


async def variants_of(product_ids: Sequence[UUID]) -> dict[UUID, list[VariantFacts]]:
    """The variants of each product, in their order."""
    found = await rows(
        "SELECT id, product_id, sku, options FROM variant WHERE product_id = ANY($1) ORDER BY product_id, position, id",
        list(product_ids),
    )
    grouped: dict[UUID, list[VariantFacts]] = defaultdict(list)
    for r in found:
        grouped[r["product_id"]].append(VariantFacts(r["id"], r["product_id"], r["sku"], orjson.loads(r["options"])))
    return grouped


async def sellable_variants(variant_ids: Sequence[UUID], *, languages: Languages) -> dict[UUID, SellableVariant]:
    """Those of `variant_ids` whose product is live."""
    found = await rows(
        f"""SELECT v.id, v.sku, v.product_id, p.supplier_id, {NAME} AS name
            FROM variant v JOIN product_listing p ON p.product_id = v.product_id WHERE v.id = ANY($3)""",
        *languages,
        list(variant_ids),
    )
    return {r["id"]: SellableVariant(*r) for r in found}


async def categories(*, languages: Languages) -> list[CategoryFacts]:
    """Every category, parents before children, each level in its own order."""
    found = await rows(
        """SELECT c.id, c.slug, coalesce(asked.name, shop.name, c.slug) AS name, c.parent_id
           FROM category c
           LEFT JOIN category_translation asked ON asked.category_id = c.id AND asked.language = $1
           LEFT JOIN category_translation shop ON shop.category_id = c.id AND shop.language = $2
           ORDER BY c.parent_id IS NOT NULL, c.position, c.slug""",
        *languages,
    )
    return [CategoryFacts(*r) for r in found]
