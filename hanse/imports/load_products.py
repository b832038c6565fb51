"""Products that the file sells and the shop does not know yet: with a category, a variant, and stock to sell."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.shared.clock import now
from domain.shared.database import connection, rows, run, run_many, value
from domain.shared.ids import new_id
from hanse.imports.naming import slug
from hanse.imports.shelves import ROOT, SHELVES, Shelf, shelf_of
from hanse.imports.staging import SOURCE
from hanse.imports.summary import Counted

ON_HAND = 1000
"""The data does not tell stock: each product gets this many units, so that it can be bought."""

_SKU_PREFIX = "OR-"


class _New(NamedTuple):
    id: UUID
    variant_id: UUID
    code: str
    name: str
    first_sold: datetime
    shelf: Shelf


# The most frequent name; of two as frequent, the longer.
_MISSING = """
    SELECT DISTINCT ON (code) pg_temp.id_at(first_sold) AS id, pg_temp.id_at(first_sold) AS variant_id,
           code, coalesce(nullif(name, ''), code) AS name, first_sold
    FROM (SELECT s.code, s.name, count(*) AS rows, min(min(s.at)) OVER (PARTITION BY s.code) AS first_sold
          FROM staged s JOIN staged_order f ON f.invoice = s.invoice AND f.present_id IS NULL
          WHERE s.reason IS NULL AND s.quantity > 0
            AND NOT EXISTS (SELECT 1 FROM product p WHERE p.external_id = $1 || ':' || s.code)
          GROUP BY s.code, s.name) named
    ORDER BY code, named.name = '', rows DESC, length(named.name) DESC, named.name"""

_COUNT = "SELECT count(DISTINCT code) FROM staged WHERE reason IS NULL AND quantity > 0"


async def load_products() -> Counted:
    """Make what is missing; what is there keeps its name, category and stock."""
    in_file: int = await value(_COUNT)
    found = await rows(_MISSING, SOURCE)
    missing = [_New(**dict(one), shelf=shelf_of(one["name"])) for one in found]
    if missing:
        supplier_id = await _supplier()
        categories = await _categories({one.shelf for one in missing})
        await _copy_products(missing, supplier_id, categories)
        await _copy_stock(missing, await _warehouse())
    return Counted(added=len(missing), present=in_file - len(missing))


async def _supplier() -> UUID:
    await run(
        "INSERT INTO supplier (id, code, name, country, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        new_id(),
        SOURCE,
        "Online Retail",
        "GB",
        now(),
    )
    found: UUID = await value("SELECT id FROM supplier WHERE code = $1", SOURCE)
    return found


async def _categories(shelves: set[Shelf]) -> dict[str, UUID]:
    """The ids of `shelves` by slug, under one root; those that exist keep their names and places."""
    insert = "INSERT INTO category (id, slug, parent_id, position) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
    await run(insert, new_id(), ROOT.slug, None, 1000)
    root_id: UUID = await value("SELECT id FROM category WHERE slug = $1", ROOT.slug)
    wanted = [shelf for shelf in SHELVES if shelf in shelves] + [shelf for shelf in shelves if shelf not in SHELVES]
    await run_many(insert, [(new_id(), shelf.slug, root_id, position) for position, shelf in enumerate(wanted)])
    found = await rows("SELECT slug, id FROM category WHERE slug = ANY($1)", [shelf.slug for shelf in (ROOT, *wanted)])
    ids = {one["slug"]: one["id"] for one in found}
    await run_many(
        """INSERT INTO category_translation (id, category_id, language, name) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING""",
        [
            (new_id(), ids[shelf.slug], language, name)
            for shelf in (ROOT, *wanted)
            for language, name in (("en", shelf.english), ("zh-Hans", shelf.chinese))
        ],
    )
    return ids


async def _copy_products(missing: list[_New], supplier_id: UUID, categories: dict[str, UUID]) -> None:
    await _copy(
        "product",
        ("id", "slug", "category_id", "supplier_id", "status", "external_id", "created_at"),
        [
            (
                one.id,
                slug(one.name, one.code),
                categories[one.shelf.slug],
                supplier_id,
                "live",
                f"{SOURCE}:{one.code}",
                one.first_sold,
            )
            for one in missing
        ],
    )
    await _copy(
        "product_translation",
        ("id", "product_id", "language", "name", "description"),
        [(new_id(), one.id, "en", one.name, f"{one.name}. Stock code {one.code}.") for one in missing],
    )
    await _copy(
        "variant",
        ("id", "product_id", "sku", "options", "position"),
        [(one.variant_id, one.id, f"{_SKU_PREFIX}{one.code}", "{}", 0) for one in missing],
    )


async def _warehouse() -> UUID:
    """The warehouse that is asked first, made when there is none."""
    found: UUID | None = await value("SELECT id FROM warehouse ORDER BY position, code LIMIT 1")
    if found is not None:
        return found
    made = new_id()
    await run(
        "INSERT INTO warehouse (id, code, name, country, position) VALUES ($1, 'main', 'Main warehouse', 'GB', 0)", made
    )
    return made


async def _copy_stock(missing: list[_New], warehouse_id: UUID) -> None:
    level_ids = [new_id() for _ in missing]
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


async def _copy(table: str, columns: tuple[str, ...], records: list[tuple[object, ...]]) -> None:
    async with connection() as raw:
        await raw.copy_records_to_table(table, records=records, columns=columns)
