"""Products that the file sells and the shop does not know yet: with a category, a variant, and stock to sell."""

from uuid import UUID

from domain.catalog.texts.store import TextChange, store_texts
from domain.shared.clock import now
from domain.shared.database import rows, run, run_many, value
from domain.shared.ids import new_id
from hanse.imports.copy_products import NewProduct, copy_products, copy_stock
from hanse.imports.shelves import ROOT, SHELVES, Shelf, shelf_of
from hanse.imports.staging import SOURCE
from hanse.imports.summary import Counted

# The most frequent name; of two as frequent, the longer.
_MISSING = """
    SELECT DISTINCT ON (code) pg_temp.id_at(first_sold) AS id, pg_temp.id_at(first_sold) AS variant_id,
           code, coalesce(nullif(name, ''), code) AS name, first_sold
    FROM (SELECT s.code, s.name, count(*) AS rows, min(min(s.at)) OVER (PARTITION BY s.code) AS first_sold
          FROM staged s JOIN staged_order f ON f.invoice = s.invoice AND f.present_id IS NULL
          WHERE s.reason IS NULL AND s.quantity > 0
            AND NOT EXISTS (SELECT 1 FROM product p JOIN supplier u ON u.id = p.supplier_id AND u.code = $1
                            WHERE p.external_id = $1 || ':' || s.code)
          GROUP BY s.code, s.name) named
    ORDER BY code, named.name = '', rows DESC, length(named.name) DESC, named.name"""

_COUNT = "SELECT count(DISTINCT code) FROM staged WHERE reason IS NULL AND quantity > 0"


async def load_products() -> Counted:
    """Make what is missing; what is there keeps its name, category and stock."""
    in_file: int = await value(_COUNT)
    found = await rows(_MISSING, SOURCE)
    missing = [NewProduct(**dict(one), shelf=shelf_of(one["name"])) for one in found]
    if missing:
        supplier_id = await _supplier()
        categories = await _categories({one.shelf for one in missing})
        await copy_products(missing, supplier_id, categories)
        await copy_stock(missing)
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
    wanted = [shelf for shelf in SHELVES if shelf in shelves] + [shelf for shelf in shelves if shelf not in SHELVES]
    slugs = [shelf.slug for shelf in (ROOT, *wanted)]
    present = {one["slug"] for one in await rows("SELECT slug FROM category WHERE slug = ANY($1)", slugs)}
    insert = "INSERT INTO category (id, slug, parent_id, position) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
    await run(insert, new_id(), ROOT.slug, None, 1000)
    root_id: UUID = await value("SELECT id FROM category WHERE slug = $1", ROOT.slug)
    await run_many(insert, [(new_id(), shelf.slug, root_id, position) for position, shelf in enumerate(wanted)])
    found = await rows("SELECT slug, id FROM category WHERE slug = ANY($1)", slugs)
    ids = {one["slug"]: one["id"] for one in found}
    await store_texts(
        [
            TextChange("category", ids[shelf.slug], "name", language, name)
            for shelf in (ROOT, *wanted)
            if shelf.slug not in present
            for language, name in (("en", shelf.english), ("zh-Hans", shelf.chinese))
        ]
    )
    return ids
