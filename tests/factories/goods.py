"""Products that can be bought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from domain.catalog.listing.refresh import refresh_listings
from domain.shared.clock import now
from domain.shared.database import rows, run, run_many
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from tests.factories.people import a_supplier


@dataclass(frozen=True)
class Goods:
    """A product with one variant."""

    product_id: UUID
    variant_id: UUID
    supplier_id: UUID
    sku: str
    slug: str


async def some_goods(
    *,
    stock: Sequence[int] = (100,),
    prices: Mapping[str, int] | None = None,
    supplier_id: UUID | None = None,
    name: str = "Tea pot",
    channels: Sequence[str] = ("main",),
) -> Goods:
    """A product that is live in `channels`, with one variant.

    It has `stock` units in as many warehouses, `prices` in minor units by currency.
    """
    prices = {"EUR": 1250, "USD": 1399} if prices is None else prices
    supplier_id = supplier_id or await a_supplier()
    goods = Goods(new_id(), new_id(), supplier_id, f"SKU-{new_id()}", f"tea-pot-{new_id()}")
    await _product(goods, name, prices, channels)
    await run(
        'INSERT INTO variant (id, product_id, sku, options, position) VALUES ($1, $2, $3, \'{"size": "M"}\', 0)',
        goods.variant_id,
        goods.product_id,
        goods.sku,
    )
    await run_many(
        "INSERT INTO price (id, variant_id, currency, minor) VALUES ($1, $2, $3, $4)",
        [(new_id(), goods.variant_id, currency, minor) for currency, minor in prices.items()],
    )
    for number, units in enumerate(stock):
        await _stock(goods.variant_id, number, units, channels)
    await use_case(refresh_listings)([goods.product_id])
    return goods


async def stock_of(variant_id: UUID) -> tuple[int, int]:
    """Units on hand and reserved, over all warehouses."""
    found = await rows("SELECT on_hand, reserved FROM stock_level WHERE variant_id = $1", variant_id)
    return sum(one["on_hand"] for one in found), sum(one["reserved"] for one in found)


async def stock_by_movements(variant_id: UUID) -> tuple[int, int]:
    """The same, as the movements say."""
    found = await rows(
        """SELECT coalesce(sum(m.on_hand_delta), 0)::bigint, coalesce(sum(m.reserved_delta), 0)::bigint
           FROM stock_movement m JOIN stock_level s ON s.id = m.level_id WHERE s.variant_id = $1""",
        variant_id,
    )
    on_hand, reserved = found[0]
    return on_hand, reserved


async def _product(goods: Goods, name: str, prices: Mapping[str, int], channels: Sequence[str]) -> None:
    category_id = new_id()
    await run("INSERT INTO category (id, slug, position) VALUES ($1, $2, 0)", category_id, f"category-{category_id}")
    await run(
        """INSERT INTO product (id, slug, category_id, supplier_id, options, created_at, updated_at)
           VALUES ($1, $2, $3, $4, '["size"]', $5, $5)""",
        goods.product_id,
        goods.slug,
        category_id,
        goods.supplier_id,
        now(),
    )
    await run_many(
        "INSERT INTO publication (id, product_id, channel, status) VALUES ($1, $2, $3, 'live')",
        [(new_id(), goods.product_id, channel) for channel in channels],
    )
    await run_many(
        """INSERT INTO catalog_text (id, owner_kind, owner_id, field, language, value, source_digest, updated_at)
           VALUES ($1, 'product', $2, $3, $4, $5, md5($6), $7)""",
        [
            (new_id(), goods.product_id, "name", "en", name, None, now()),
            (new_id(), goods.product_id, "description", "en", "Holds tea.", None, now()),
            (new_id(), goods.product_id, "name", "zh-Hans", "茶壶", name, now()),
            (new_id(), goods.product_id, "description", "zh-Hans", "泡茶用。", "Holds tea.", now()),
        ],
    )
    await run(
        """INSERT INTO product_listing (product_id, slug, category_id, category_path, supplier_id, channels, stocked_in,
                                        names, prices, sold, created_at)
           VALUES ($1, $2, $3, ARRAY[$3::uuid], $4, $8, $8, $5, $6, 0, $7)""",
        goods.product_id,
        goods.slug,
        category_id,
        goods.supplier_id,
        orjson.dumps({"en": name, "zh-Hans": "茶壶"}).decode(),
        orjson.dumps(prices).decode(),
        now(),
        list(channels),
    )


async def _stock(variant_id: UUID, number: int, units: int, channels: Sequence[str]) -> None:
    level_id = new_id()
    warehouse = await rows(
        """INSERT INTO warehouse (id, code, name, country, position) VALUES ($1, $2, 'Test', 'DE', $3)
           ON CONFLICT (code) DO UPDATE SET name = excluded.name RETURNING id""",
        new_id(),
        f"W{number}",
        number,
    )
    await run_many(
        """INSERT INTO channel_warehouse (id, channel, warehouse_id, position) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING""",
        [(new_id(), channel, warehouse[0]["id"], number) for channel in channels],
    )
    await run(
        "INSERT INTO stock_level (id, variant_id, warehouse_id, on_hand, reserved) VALUES ($1, $2, $3, $4, 0)",
        level_id,
        variant_id,
        warehouse[0]["id"],
        units,
    )
    await run(
        """INSERT INTO stock_movement (id, level_id, kind, on_hand_delta, reserved_delta, at)
           VALUES ($1, $2, 'receipt', $3, 0, $4)""",
        new_id(),
        level_id,
        units,
        now(),
    )
