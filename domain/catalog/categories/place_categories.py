"""Moving categories in their tree, and removing empty ones."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.catalog.categories.edit_categories import checked_position
from domain.catalog.categories.errors import CategoryInUse
from domain.catalog.categories.events import CategoryMoved, CategoryRemoved
from domain.catalog.categories.tree import lock_below, lock_tree, put, require_place
from domain.catalog.locked_rows import locked_version, raise_version
from domain.catalog.products.slugs import forget_slugs
from domain.catalog.texts.store import remove_texts
from domain.identity.access.permissions import Permission
from domain.shared.database import row, run
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class MoveCategory:
    """Without a parent it stands at the top. `position` counts from 0 among its neighbours; None: behind them."""

    category_id: UUID
    parent_id: UUID | None
    position: int | None = None
    expected_version: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class RemoveCategory:
    category_id: UUID
    expected_version: int | None = None
    key: str | None = None


@use_case
async def move_category(viewer: Viewer, command: MoveCategory) -> UUID:
    """With all that stands below it. Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, CategoryCycle, StaleVersion,
    IdempotencyKeyReused."""
    viewer.require(Permission.CATALOGUE_WRITE)
    if earlier := await replayed(viewer, "moveCategory", command, command.category_id):
        return earlier
    position = checked_position(command.position)
    await lock_tree()
    await locked_version("Category", command.category_id, command.expected_version)
    await lock_below(command.category_id)
    await require_place(command.category_id, command.parent_id)
    before = await row("SELECT parent_id, position FROM category WHERE id = $1", command.category_id)
    await put(command.category_id, command.parent_id, position)
    version = await raise_version("Category", command.category_id)
    after = await row("SELECT parent_id, position FROM category WHERE id = $1", command.category_id)
    subject = ("category", command.category_id)
    await record(viewer, "moveCategory", subject=subject, before=dict(before or {}), after=dict(after or {}))
    await emit(CategoryMoved(subject_id=command.category_id, sequence=version))
    return command.category_id


@use_case
async def remove_category(viewer: Viewer, command: RemoveCategory) -> UUID:
    """Remove a category without products and without others below it; links to it find nothing any more.

    A product that is put into it at the same moment comes first or finds no such category. Raises NotSignedIn,
    NotAllowed, NotFound, CategoryInUse, StaleVersion, IdempotencyKeyReused.
    """
    viewer.require(Permission.CATALOGUE_WRITE)
    if earlier := await replayed(viewer, "removeCategory", command, command.category_id):
        return earlier
    await lock_tree()
    version = await locked_version("Category", command.category_id, command.expected_version)
    standing = await row(
        """SELECT slug, (SELECT count(*) FROM category WHERE parent_id = c.id) AS categories,
                  (SELECT count(*) FROM product WHERE category_id = c.id) AS products
           FROM category c WHERE id = $1""",
        command.category_id,
    )
    assert standing is not None
    if standing["categories"] or standing["products"]:
        raise CategoryInUse(categories=standing["categories"], products=standing["products"])
    await run("DELETE FROM category WHERE id = $1", command.category_id)
    await remove_texts([command.category_id])
    await forget_slugs("category", [command.category_id])
    before = {"slug": standing["slug"]}
    await record(viewer, "removeCategory", subject=("category", command.category_id), before=before)
    await emit(CategoryRemoved(subject_id=command.category_id, sequence=version + 1))
    return command.category_id
