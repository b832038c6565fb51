"""Products with all that files say of them, page by page."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from domain.bulk.exporting.product_images import images_of
from domain.bulk.layouts.products_out import ImageOut, PriceOut, ProductOut, VariantOut
from domain.catalog.texts.rules import ATTRIBUTE
from domain.shared.database import rows
from domain.shared.money import Money
from domain.shared.settings import settings

PAGE = 500

_PRODUCTS = """
    SELECT p.id, p.slug, p.external_id, p.attributes, p.tags, s.code AS supplier,
           CASE WHEN (SELECT count(*) FROM supplier o WHERE lower(o.name) = lower(s.name)) = 1 THEN s.name ELSE s.code END
             AS supplier_name,
           t.code AS product_type, c.slug AS category, p.category_id
    FROM product p JOIN supplier s ON s.id = p.supplier_id JOIN category c ON c.id = p.category_id
    LEFT JOIN product_type t ON t.id = p.product_type_id
    WHERE ($1::uuid IS NULL OR p.id > $1) AND ($2::uuid[] IS NULL OR p.supplier_id = ANY($2))
    ORDER BY p.id LIMIT $3"""
_VARIANTS = """
    SELECT v.product_id, v.id, v.sku, v.options, p.options AS names, v.barcode, v.weight_grams, v.position,
           v.media_id, l.on_hand
    FROM variant v JOIN product p ON p.id = v.product_id
    LEFT JOIN stock_level l ON l.variant_id = v.id
      AND l.warehouse_id = (SELECT id FROM warehouse WHERE code = $2)
    WHERE v.product_id = ANY($1) ORDER BY v.product_id, v.position, v.id"""
_PRICES = """
    SELECT c.variant_id, c.currency, c.minor, c.compare_at_minor FROM price c JOIN variant v ON v.id = c.variant_id
    WHERE v.product_id = ANY($1)"""
_PATHS = """
    WITH RECURSIVE way AS (
      SELECT id, ARRAY[id] AS path FROM category WHERE parent_id IS NULL
      UNION ALL SELECT c.id, w.path || c.id FROM category c JOIN way w ON c.parent_id = w.id)
    SELECT w.id, array(SELECT coalesce(t.value, c.slug) FROM unnest(w.path) WITH ORDINALITY AS o(id, place)
                       JOIN category c ON c.id = o.id
                       LEFT JOIN catalog_text t ON (t.owner_id, t.field, t.language) = (c.id, 'name', $1)
                       ORDER BY o.place) AS names
    FROM way w"""


@dataclass(frozen=True)
class _Parts:
    """What belongs to the products of a page."""

    texts: Mapping[UUID, Mapping[tuple[str, str], str]]
    publications: Mapping[UUID, Mapping[str, tuple[str, datetime | None]]]
    variants: Mapping[UUID, Sequence[VariantOut]]
    images: Mapping[UUID, Sequence[ImageOut]]


async def product_pages(suppliers: Sequence[UUID] | None, *, warehouse: str) -> AsyncIterator[list[ProductOut]]:
    """All products, or those of the suppliers, by id: seven statements a page."""
    paths = {one["id"]: one["names"] for one in await rows(_PATHS, settings().default_language)}
    after: UUID | None = None
    while found := await rows(_PRODUCTS, after, suppliers, PAGE):
        after = found[-1]["id"]
        ids = [one["id"] for one in found]
        images, by_media = await images_of(ids)
        variants = await _variants(ids, warehouse, by_media)
        parts = _Parts(await _texts(ids), await _publications(ids), variants, images)
        yield [_product(one, parts, paths) for one in found]


def _product(one: asyncpg.Record, parts: _Parts, paths: Mapping[UUID, Sequence[str]]) -> ProductOut:
    own = settings().default_language
    texts = parts.texts.get(one["id"], {})
    in_texts = {
        field.removeprefix(ATTRIBUTE): value
        for (field, language), value in texts.items()
        if field.startswith(ATTRIBUTE) and language == own
    }
    stored: dict[str, Any] = orjson.loads(one["attributes"])
    return ProductOut(
        external_id=one["external_id"] or "",
        slug=one["slug"],
        supplier=one["supplier"],
        supplier_name=one["supplier_name"],
        product_type=one["product_type"] or "",
        category=one["category"],
        category_path=paths.get(one["category_id"], ()),
        tags=orjson.loads(one["tags"]),
        attributes={code: _value(value) for code, value in stored.items()} | in_texts,
        texts={place: value for place, value in texts.items() if not place[0].startswith(ATTRIBUTE)},
        publications=parts.publications.get(one["id"], {}),
        variants=parts.variants.get(one["id"], ()),
        images=parts.images.get(one["id"], ()),
    )


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


async def _texts(ids: list[UUID]) -> dict[UUID, dict[tuple[str, str], str]]:
    found = await rows(
        "SELECT owner_id, field, language, value FROM catalog_text WHERE owner_kind = 'product' AND owner_id = ANY($1)",
        ids,
    )
    grouped: dict[UUID, dict[tuple[str, str], str]] = defaultdict(dict)
    for one in found:
        grouped[one["owner_id"]][one["field"], one["language"]] = one["value"]
    return grouped


async def _publications(ids: list[UUID]) -> dict[UUID, dict[str, tuple[str, datetime | None]]]:
    found = await rows("SELECT product_id, channel, status, live_from FROM publication WHERE product_id = ANY($1)", ids)
    grouped: dict[UUID, dict[str, tuple[str, datetime | None]]] = defaultdict(dict)
    for one in found:
        grouped[one["product_id"]][one["channel"]] = (one["status"], one["live_from"])
    return grouped


async def _variants(ids: list[UUID], warehouse: str, by_media: Mapping[UUID, str]) -> dict[UUID, list[VariantOut]]:
    grouped: dict[UUID, list[VariantOut]] = defaultdict(list)
    by_id: dict[UUID, VariantOut] = {}
    for one in await rows(_VARIANTS, ids, warehouse):
        variant = VariantOut(
            sku=one["sku"],
            options=_in_order(one["options"], one["names"]),
            barcode=one["barcode"] or "",
            weight_grams=one["weight_grams"],
            position=one["position"],
            on_hand=one["on_hand"],
            image=by_media.get(one["media_id"], ""),
        )
        by_id[one["id"]] = variant
        grouped[one["product_id"]].append(variant)
    for one in await rows(_PRICES, ids):
        by_id[one["variant_id"]].prices[one["currency"]] = PriceOut(
            amount_text(one["minor"], one["currency"]), amount_text(one["compare_at_minor"], one["currency"])
        )
    return grouped


def _in_order(options: str, names: str) -> dict[str, str]:
    """The database keeps no order among the names of an object; the product has it."""
    known: dict[str, str] = orjson.loads(options)
    return {name: known[name] for name in orjson.loads(names) if name in known} | known


def amount_text(minor: int | None, currency: str) -> str:
    """In major units; empty for none."""
    return "" if minor is None else str(Money(minor, currency).amount)
