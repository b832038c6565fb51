"""The product list and the product page, each with one hand-written statement. They answer what the API answers."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

import asyncpg
import orjson

from api.ids import encode
from api.pages import cursor
from domain.shared.money import Money

_COLUMNS = """p.product_id, p.slug, coalesce(p.names->>'en', p.slug) AS name, (p.prices->>'EUR')::bigint AS price_from,
    v.id AS variant_id, v.sku, v.options, price.minor, stock.units"""
_VARIANTS = """LEFT JOIN variant v ON v.product_id = p.product_id
    LEFT JOIN price ON price.variant_id = v.id AND price.currency = 'EUR'
    LEFT JOIN LATERAL (SELECT sum(on_hand - reserved)::bigint AS units FROM stock_level
                       WHERE variant_id = v.id) stock ON true"""
_LIST = f"""SELECT {_COLUMNS}, p.sold FROM (
      SELECT * FROM product_listing WHERE prices ? 'EUR' ORDER BY sold DESC, product_id DESC LIMIT $1) p
    {_VARIANTS} ORDER BY p.sold DESC, p.product_id DESC, v.position, v.id"""
_PAGE = f"""SELECT {_COLUMNS}, text.description, c.slug AS category_slug, coalesce(ct.name, c.slug) AS category_name
    FROM product_listing p
    JOIN product_translation text ON text.product_id = p.product_id AND text.language = 'en'
    JOIN category c ON c.id = p.category_id
    LEFT JOIN category_translation ct ON ct.category_id = c.id AND ct.language = 'en'
    {_VARIANTS} WHERE p.slug = $1 ORDER BY v.position, v.id"""


async def product_list(connection: asyncpg.Connection, first: int) -> dict[str, Any]:
    found = await connection.fetch(_LIST, first + 1)
    products = [list(rows) for _, rows in groupby(found, key=itemgetter("product_id"))]
    shown = products[:first]
    last = shown[-1][0]
    return {
        "pageInfo": {
            "hasNextPage": len(products) > first,
            "endCursor": cursor("products.best_selling", (last["sold"], last["product_id"])),
        },
        "nodes": [
            {**_product(rows[0]), "priceFrom": _money(rows[0]["price_from"]), "variants": _variants(rows)}
            for rows in shown
        ],
    }


async def product_page(connection: asyncpg.Connection, slug: str) -> dict[str, Any]:
    found = await connection.fetch(_PAGE, slug)
    first = found[0]
    return {
        **_product(first),
        "description": first["description"],
        "category": {"slug": first["category_slug"], "name": first["category_name"]},
        "priceFrom": _money(first["price_from"]),
        "variants": _variants(found),
    }


def _product(row: asyncpg.Record) -> dict[str, Any]:
    return {"id": encode("Product", row["product_id"]), "slug": row["slug"], "name": row["name"]}


def _variants(rows: Iterable[asyncpg.Record]) -> list[dict[str, Any]]:
    return [
        {
            "id": encode("Variant", row["variant_id"]),
            "sku": row["sku"],
            "options": [{"name": name, "value": value} for name, value in orjson.loads(row["options"]).items()],
            "price": _money(row["minor"]),
            "available": row["units"],
        }
        for row in rows
    ]


def _money(minor: int) -> dict[str, str]:
    return {"amount": str(Money(minor, "EUR").amount), "currency": "EUR"}
