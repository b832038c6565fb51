"""Reading categories, each by one statement. Names are in the first of the languages that has one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Record

from domain.catalog.products.slugs import owner_by_slug
from domain.shared.database import rows


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """`position` counts from 0 among its neighbours."""

    id: UUID
    slug: str
    name: str
    parent_id: UUID | None
    position: int
    version: int


_NAMED = """LEFT JOIN LATERAL (
    SELECT value FROM catalog_text WHERE owner_id = c.id AND field = 'name' AND language = ANY($1)
    ORDER BY array_position($1::text[], language::text) LIMIT 1) t ON TRUE"""
_COLUMNS = "c.id, c.slug, coalesce(t.value, c.slug) AS name, c.parent_id, c.position, c.version"


async def categories(languages: Sequence[str]) -> list[CategoryFacts]:
    """Every category: each before those below it, neighbours in their order."""
    found = await rows(
        f"""WITH RECURSIVE below AS (
              SELECT id, ARRAY[position] AS place, ARRAY[slug::text] AS slugs FROM category WHERE parent_id IS NULL
              UNION ALL SELECT c.id, b.place || c.position, b.slugs || c.slug::text
              FROM category c JOIN below b ON c.parent_id = b.id)
            SELECT {_COLUMNS} FROM below b JOIN category c ON c.id = b.id {_NAMED} ORDER BY b.place, b.slugs""",
        list(languages),
    )
    return [CategoryFacts(*one) for one in found]


async def categories_by_id(category_ids: Sequence[UUID], languages: Sequence[str]) -> dict[UUID, CategoryFacts]:
    """Those that exist."""
    found = await rows(
        f"SELECT {_COLUMNS} FROM category c {_NAMED} WHERE c.id = ANY($2)", list(languages), list(category_ids)
    )
    return {one["id"]: CategoryFacts(*one) for one in found}


async def category_paths(category_ids: Sequence[UUID], languages: Sequence[str]) -> dict[UUID, list[CategoryFacts]]:
    """From the top down to each category itself."""
    found = await rows(
        f"""WITH RECURSIVE above AS (
              SELECT id AS start, id, parent_id, 0 AS height FROM category WHERE id = ANY($2)
              UNION ALL SELECT a.start, c.id, c.parent_id, a.height + 1
              FROM category c JOIN above a ON c.id = a.parent_id)
            SELECT a.start, {_COLUMNS} FROM above a JOIN category c ON c.id = a.id {_NAMED}
            ORDER BY a.start, a.height DESC""",
        list(languages),
        list(category_ids),
    )
    return _grouped(found)


async def categories_below(category_ids: Sequence[UUID], languages: Sequence[str]) -> dict[UUID, list[CategoryFacts]]:
    """Those directly below each, in their order."""
    found = await rows(
        f"""SELECT c.parent_id AS start, {_COLUMNS} FROM category c {_NAMED}
            WHERE c.parent_id = ANY($2) ORDER BY c.parent_id, c.position, c.slug""",
        list(languages),
        list(category_ids),
    )
    return _grouped(found)


async def category_id_by_slug(slug: str) -> UUID | None:
    """Who is found under the slug now, else who was before."""
    return await owner_by_slug("category", slug)


def _grouped(found: Sequence[Record]) -> dict[UUID, list[CategoryFacts]]:
    grouped: dict[UUID, list[CategoryFacts]] = defaultdict(list)
    for start, *columns in found:
        grouped[start].append(CategoryFacts(*columns))
    return grouped
