"""Prices, stock and translations as rows, page by page."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from domain.bulk.exporting.product_pages import amount_text
from domain.catalog.texts.rules import TextKind
from domain.shared.database import rows
from domain.shared.settings import settings

PAGE = 5_000
Rows = list[dict[str, str]]
_NOWHERE = UUID(int=0)

_PRICES = """
    SELECT c.variant_id, v.sku, c.currency, c.minor, c.compare_at_minor
    FROM price c JOIN variant v ON v.id = c.variant_id JOIN product p ON p.id = v.product_id
    WHERE (c.variant_id, c.currency) > ($1, $2) AND ($3::uuid[] IS NULL OR p.supplier_id = ANY($3))
    ORDER BY c.variant_id, c.currency LIMIT $4"""
_STOCK = """
    SELECT l.variant_id, l.warehouse_id, v.sku, w.code, l.on_hand, l.reserved, l.incoming,
           greatest(l.on_hand - l.reserved - l.safety + l.backorder_limit, 0) AS available
    FROM stock_level l JOIN variant v ON v.id = l.variant_id JOIN product p ON p.id = v.product_id
    JOIN warehouse w ON w.id = l.warehouse_id
    WHERE (l.variant_id, l.warehouse_id) > ($1, $2) AND ($3::uuid[] IS NULL OR p.supplier_id = ANY($3))
    ORDER BY l.variant_id, l.warehouse_id LIMIT $4"""
_TRANSLATIONS = """
    SELECT s.owner_id, s.field, s.value AS source, t.value AS translation,
           t.source_digest IS DISTINCT FROM md5(s.value) AS is_stale
    FROM catalog_text s
    LEFT JOIN catalog_text t ON (t.owner_id, t.field, t.language) = (s.owner_id, s.field, $5)
    LEFT JOIN media m ON s.owner_kind = 'media' AND m.id = s.owner_id
    LEFT JOIN product p ON p.id = coalesce(m.product_id, s.owner_id)
    WHERE s.owner_kind = $6 AND s.language = $7 AND (s.owner_id, s.field) > ($1, $2)
      AND ($3::uuid[] IS NULL OR p.supplier_id = ANY($3))
    ORDER BY s.owner_id, s.field LIMIT $4"""


async def price_pages(suppliers: Sequence[UUID] | None) -> AsyncIterator[Rows]:
    """Of all products, or of those of the suppliers."""
    after: tuple[UUID, str] = (_NOWHERE, "")
    while found := await rows(_PRICES, *after, suppliers, PAGE):
        after = (found[-1]["variant_id"], found[-1]["currency"])
        yield [
            {
                "sku": one["sku"],
                "currency": one["currency"],
                "price": amount_text(one["minor"], one["currency"]),
                "compare_at_price": amount_text(one["compare_at_minor"], one["currency"]),
            }
            for one in found
        ]


async def stock_pages(suppliers: Sequence[UUID] | None) -> AsyncIterator[Rows]:
    """Of all products, or of those of the suppliers."""
    after = (_NOWHERE, _NOWHERE)
    while found := await rows(_STOCK, *after, suppliers, PAGE):
        after = (found[-1]["variant_id"], found[-1]["warehouse_id"])
        yield [
            {
                "sku": one["sku"],
                "warehouse": one["code"],
                **{name: str(one[name]) for name in ("on_hand", "reserved", "incoming", "available")},
            }
            for one in found
        ]


async def translation_pages(language: str, suppliers: Sequence[UUID] | None) -> AsyncIterator[Rows]:
    """Every text in the shop's language with what it is in `language`, kind by kind; of suppliers, those of their products
    and pictures.
    """
    own = settings().default_language
    for kind in TextKind if suppliers is None else (TextKind.PRODUCT, TextKind.MEDIA):
        after: tuple[UUID, str] = (_NOWHERE, "")
        while found := await rows(_TRANSLATIONS, *after, suppliers, PAGE, language, kind, own):
            after = (found[-1]["owner_id"], found[-1]["field"])
            yield [
                {
                    "kind": kind,
                    "id": str(one["owner_id"]),
                    "field": one["field"],
                    "source": one["source"],
                    "translation": one["translation"] or "",
                    "stale": "true" if one["translation"] is not None and one["is_stale"] else "",
                }
                for one in found
            ]
