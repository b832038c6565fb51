"""Reading the catalogue: plain rows for hot reads, one statement each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from asyncpg import Record

from domain.catalog.products.slugs import owner_by_slug
from domain.catalog.products.writers import written_by
from domain.channels.storefront import Storefront
from domain.shared.database import rows
from domain.shared.viewer import Viewer


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A product as lists show it. `name` is in the first of the storefront's languages that there is; `price_from` is the
    lowest price of its variants, in minor units of the storefront's currency; `rating` is in hundredths of a star.
    """

    id: UUID
    slug: str
    name: str
    category_id: UUID
    supplier_id: UUID
    sold: int
    created_at: datetime
    price_from: int | None
    rating: int | None
    rating_count: int


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """`options` are in their order, as the shop's language spells them."""

    id: UUID
    product_id: UUID
    sku: str
    options: dict[str, str]
    barcode: str | None
    weight_grams: int | None
    media_id: UUID | None


@dataclass(frozen=True, slots=True)
class SellableVariant:
    """What an order line copies of a variant."""

    id: UUID
    sku: str
    product_id: UUID
    supplier_id: UUID
    product_name: str


NAME = """coalesce(p.names->>($1::text[])[1], p.names->>($1::text[])[2], p.names->>($1::text[])[3], p.slug)"""
LISTING_COLUMNS = f"""p.product_id AS id, p.slug, {NAME} AS name, p.category_id, p.supplier_id, p.sold, p.created_at,
    (p.prices->>$2)::bigint AS price_from, p.rating, p.rating_count"""
"""With $1 the languages and $2 the currency of the storefront."""


async def products(
    product_ids: Sequence[UUID], *, shop: Storefront, editor: Viewer | None = None
) -> dict[UUID, ProductFacts]:
    """Those that are live in the storefront; with an `editor`, also those that they may write, live or not."""
    everything, suppliers = written_by(editor) if editor else (False, [])
    found = await rows(
        f"""SELECT {LISTING_COLUMNS} FROM product_listing p
            WHERE p.product_id = ANY($3) AND ($4 = ANY(p.channels) OR $5 OR p.supplier_id = ANY($6))""",
        list(shop.languages),
        shop.currency,
        list(product_ids),
        shop.channel,
        everything,
        suppliers,
    )
    return {r["id"]: ProductFacts(*r) for r in found}


async def product_id_by_slug(slug: str) -> UUID | None:
    """The product that is found under the slug, else the one that was before, whether on sale or not."""
    return await owner_by_slug("product", slug)


async def descriptions(product_ids: Sequence[UUID], *, shop: Storefront) -> dict[UUID, str]:
    found = await rows(
        """SELECT DISTINCT ON (owner_id) owner_id, value FROM catalog_text
           WHERE owner_id = ANY($2) AND field = 'description' AND language = ANY($1)
           ORDER BY owner_id, array_position($1::text[], language::text)""",
        list(shop.languages),
        list(product_ids),
    )
    return {r["owner_id"]: r["value"] for r in found}


async def variants_of(product_ids: Sequence[UUID]) -> dict[UUID, list[VariantFacts]]:
    """The variants of each product, in their order."""
    found = await rows(
        f"{_VARIANTS} WHERE v.product_id = ANY($1) ORDER BY v.product_id, v.position, v.id", list(product_ids)
    )
    grouped: dict[UUID, list[VariantFacts]] = defaultdict(list)
    for r in found:
        grouped[r["product_id"]].append(_variant(r))
    return grouped


async def variants(variant_ids: Sequence[UUID]) -> dict[UUID, VariantFacts]:
    found = await rows(f"{_VARIANTS} WHERE v.id = ANY($1)", list(variant_ids))
    return {r["id"]: _variant(r) for r in found}


async def sellable_variants(variant_ids: Sequence[UUID], *, shop: Storefront) -> dict[UUID, SellableVariant]:
    """Those of `variant_ids` whose product is live in the storefront."""
    found = await rows(
        f"""SELECT v.id, v.sku, v.product_id, p.supplier_id, {NAME} AS name
            FROM variant v JOIN product_listing p ON p.product_id = v.product_id
            WHERE v.id = ANY($2) AND $3 = ANY(p.channels)""",
        list(shop.languages),
        list(variant_ids),
        shop.channel,
    )
    return {r["id"]: SellableVariant(*r) for r in found}


_VARIANTS = """SELECT v.id, v.product_id, v.sku, v.options, v.barcode, v.weight_grams, v.media_id, p.options AS names
    FROM variant v JOIN product p ON p.id = v.product_id"""


def _variant(found: Record) -> VariantFacts:
    options = orjson.loads(found["options"])
    ordered = {name: options[name] for name in orjson.loads(found["names"]) if name in options} | options
    return VariantFacts(
        id=found["id"],
        product_id=found["product_id"],
        sku=found["sku"],
        options=ordered,
        barcode=found["barcode"],
        weight_grams=found["weight_grams"],
        media_id=found["media_id"],
    )
