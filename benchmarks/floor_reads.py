"""The product list and the product page, each with one hand-written statement. They answer what the API answers."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

import asyncpg
import orjson

from api.ids import encode
from api.pages import cursor
from api.schema.search_filters import list_name
from domain.catalog.listing.search import EXACT, Wanted
from domain.catalog.listing.search_filter import ProductFilter, ProductSort
from domain.channels.storefront import Storefront
from domain.shared.money import Money

_LIST_NAME = list_name(Wanted(ProductFilter(), ProductSort.BEST_SELLING, Storefront("main", "EUR", ("en",))))
"""Of what `PRODUCT_LIST` asks for, by whom no language is asked for."""

_COLUMNS = """p.product_id, p.slug, coalesce(p.names->>'en', p.slug) AS name, (p.prices->>'EUR')::bigint AS price_from,
    v.id AS variant_id, v.sku, v.options, price.minor, stock.units"""
_VARIANTS = """LEFT JOIN variant v ON v.product_id = p.product_id
    LEFT JOIN price ON price.variant_id = v.id AND price.currency = 'EUR'
    LEFT JOIN LATERAL (SELECT sum(greatest(s.on_hand - s.reserved - s.safety + s.backorder_limit, 0))::bigint AS units
                       FROM stock_level s JOIN channel_warehouse c ON c.warehouse_id = s.warehouse_id
                       WHERE s.variant_id = v.id AND c.channel = 'main') stock ON true"""
_LIST = f"""SELECT {_COLUMNS}, p.sold FROM (
      SELECT * FROM product_listing WHERE prices ? 'EUR' AND channels @> '{{main}}'
      ORDER BY sold DESC, product_id DESC LIMIT $1) p
    {_VARIANTS} ORDER BY p.sold DESC, p.product_id DESC, v.position, v.id"""
_PAGE = f"""SELECT {_COLUMNS}, text.value AS description, c.slug AS category_slug,
      coalesce(ct.value, c.slug) AS category_name
    FROM product_listing p
    JOIN catalog_text text ON text.owner_id = p.product_id AND text.field = 'description' AND text.language = 'en'
    JOIN category c ON c.id = p.category_id
    LEFT JOIN catalog_text ct ON ct.owner_id = c.id AND ct.field = 'name' AND ct.language = 'en'
    {_VARIANTS} WHERE p.slug = $1 AND p.channels @> '{{main}}' ORDER BY v.position, v.id"""


async def product_list(connection: asyncpg.Connection, first: int) -> dict[str, Any]:
    found = await connection.fetch(_LIST, first + 1)
    products = [list(rows) for _, rows in groupby(found, key=itemgetter("product_id"))]
    shown = products[:first]
    last = shown[-1][0]
    return {
        "pageInfo": {
            "hasNextPage": len(products) > first,
            "endCursor": cursor(_LIST_NAME, (last["sold"], last["product_id"], EXACT)),
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
