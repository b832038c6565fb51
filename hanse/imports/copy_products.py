"""The rows of new products: on sale in the shop's first channel, with a variant and stock to sell."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.catalog.texts.store import TextChange, store_texts
from domain.shared.clock import now
from domain.shared.database import connection, run, value
from domain.shared.ids import new_id
from hanse.imports.channel import first_channel
from hanse.imports.naming import slug
from hanse.imports.shelves import Shelf
from hanse.imports.staging import SOURCE

ON_HAND = 1000
"""The data does not tell stock: each product gets this many units, so that it can be bought."""

_SKU_PREFIX = "OR-"
_LANGUAGE = "en"
_TEXTS_AT_ONCE = 5000


class NewProduct(NamedTuple):
    id: UUID
    variant_id: UUID
    code: str
    name: str
    first_sold: datetime
    shelf: Shelf


async def copy_products(missing: Sequence[NewProduct], supplier_id: UUID, categories: Mapping[str, UUID]) -> None:
    """`categories` are the ids of the products' shelves by slug."""
    channel, at = await first_channel(), now()
    await _copy(
        "product",
        ("id", "slug", "category_id", "supplier_id", "external_id", "created_at", "updated_at"),
        [
            (
                one.id,
                slug(one.name, one.code),
                categories[one.shelf.slug],
                supplier_id,
                f"{SOURCE}:{one.code}",
                one.first_sold,
                at,
            )
            for one in missing
        ],
    )
    await _copy(
        "publication",
        ("id", "product_id", "channel", "status"),
        [(new_id(), one.id, channel, "live") for one in missing],
    )
    await _copy(
        "variant",
        ("id", "product_id", "sku", "options", "position"),
        [(one.variant_id, one.id, f"{_SKU_PREFIX}{one.code}", "{}", 0) for one in missing],
    )
    texts = [change for one in missing for change in _texts(one)]
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        await store_texts(texts[start : start + _TEXTS_AT_ONCE])


async def copy_stock(missing: Sequence[NewProduct]) -> None:
    level_ids, warehouse_id = [new_id() for _ in missing], await _warehouse()
    await _copy(
        "stock_level",
        ("id", "variant_id", "warehouse_id", "on_hand", "reserved"),
        [(id, one.variant_id, warehouse_id, ON_HAND, 0) for id, one in zip(level_ids, missing, strict=True)],
    )
    await _copy(
        "stock_movement",
        ("id", "level_id", "kind", "on_hand_delta", "reserved_delta", "reference", "at"),
        [(new_id(), id, "receipt", ON_HAND, 0, None, now()) for id in level_ids],
    )


def _texts(one: NewProduct) -> tuple[TextChange, TextChange]:
    return (
        TextChange("product", one.id, "name", _LANGUAGE, one.name),
        TextChange("product", one.id, "description", _LANGUAGE, f"{one.name}. Stock code {one.code}."),
    )


async def _warehouse() -> UUID:
    """The one that the first channel asks first, made where it has none."""
    channel = await first_channel()
    found: UUID | None = await value(
        "SELECT warehouse_id FROM channel_warehouse WHERE channel = $1 ORDER BY position, warehouse_id LIMIT 1", channel
    )
    if found is not None:
        return found
    made = new_id()
    await run(
        "INSERT INTO warehouse (id, code, name, country, position) VALUES ($1, 'main', 'Main warehouse', 'GB', 0)", made
    )
    await run(
        "INSERT INTO channel_warehouse (id, channel, warehouse_id, position) VALUES ($1, $2, $3, 0)",
        new_id(),
        channel,
        made,
    )
    return made


async def _copy(table: str, columns: tuple[str, ...], records: list[tuple[object, ...]]) -> None:
    async with connection() as raw:
        await raw.copy_records_to_table(table, records=records, columns=columns)
