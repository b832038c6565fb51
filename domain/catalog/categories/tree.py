"""The places of categories in their tree. Whoever changes the tree has it alone until the transaction ends."""

from typing import Final
from uuid import UUID

from domain.catalog.categories.errors import CategoryCycle
from domain.shared.database import rows, run, value
from domain.shared.errors import InvalidInput, not_found
from domain.shared.locks import AdvisoryLock
from domain.shared.transactions import require_transaction

DEEPEST: Final = 10
_MOST: Final = 10_000
LOCK_BELOW: Final = """
    SELECT FROM category
    WHERE id IN (WITH RECURSIVE below AS (
                   SELECT id FROM category WHERE id = ANY($1)
                   UNION SELECT c.id FROM category c JOIN below b ON c.parent_id = b.id)
                 SELECT id FROM below)
    ORDER BY id FOR UPDATE"""


async def lock_tree() -> None:
    """Two moves at once could each be right and together make a cycle; one after the other they cannot."""
    require_transaction("lock_tree")
    await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.CATEGORIES)


async def lock_below(category_id: UUID) -> None:
    """Lock the category and all below it, so that products that are being put there are listed by what stands there."""
    require_transaction("lock_below")
    await rows(LOCK_BELOW, [category_id])


async def require_place(category_id: UUID, parent_id: UUID | None) -> None:
    """Raise NotFound, CategoryCycle or InvalidInput (rule "depth") unless the category, with all below it, may stand
    below `parent_id`. For who holds the tree."""
    if parent_id is None:
        return
    above = await rows(_ABOVE, parent_id)
    if not above:
        raise not_found("Category", parent_id)
    if category_id in {one["id"] for one in above}:
        raise CategoryCycle(category_id=category_id)
    height: int = await value(_HEIGHT, category_id) or 1
    if len(above) + height > DEEPEST:
        raise InvalidInput(field="parentId", rule="depth", limit=str(DEEPEST))


async def require_room() -> None:
    """Raise InvalidInput when there are as many categories as there may be: pages show the whole tree."""
    if await value("SELECT count(*) FROM category") >= _MOST:
        raise InvalidInput(field="name", rule="most", limit=str(_MOST))


async def put(category_id: UUID, parent_id: UUID | None, position: int | None) -> None:
    """Let it stand below `parent_id` as number `position` (from 0; behind the last when None or beyond), and number its
    neighbours anew."""
    neighbours = await rows(
        """SELECT id FROM category WHERE parent_id IS NOT DISTINCT FROM $1 AND id <> $2 ORDER BY position, slug""",
        parent_id,
        category_id,
    )
    order = [one["id"] for one in neighbours]
    order.insert(len(order) if position is None else position, category_id)
    await run(
        """UPDATE category c SET position = g.place - 1, parent_id = $2
           FROM unnest($1::uuid[]) WITH ORDINALITY AS g(id, place)
           WHERE c.id = g.id AND (c.position, c.parent_id) IS DISTINCT FROM (g.place - 1, $2)""",
        order,
        parent_id,
    )


_ABOVE = """
    WITH RECURSIVE above AS (
      SELECT id, parent_id FROM category WHERE id = $1
      UNION ALL SELECT c.id, c.parent_id FROM category c JOIN above a ON c.id = a.parent_id)
    SELECT id FROM above"""
_HEIGHT = """
    WITH RECURSIVE below AS (
      SELECT id, 1 AS depth FROM category WHERE id = $1
      UNION ALL SELECT c.id, b.depth + 1 FROM category c JOIN below b ON c.parent_id = b.id)
    SELECT max(depth) FROM below"""
