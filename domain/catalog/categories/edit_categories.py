"""Making categories, and changing what they are called."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.catalog.categories.events import CategoryCreated, CategoryUpdated
from domain.catalog.categories.tree import lock_below, lock_tree, put, require_place, require_room
from domain.catalog.locked_rows import locked_version, raise_version
from domain.catalog.products.errors import SlugTaken
from domain.catalog.products.slugs import checked_slug, free_slugs, keep_former_slugs, slug_of, slug_owners
from domain.catalog.texts.given import Translation, languages_of_the_shop, source, translated
from domain.catalog.texts.store import store_texts
from domain.identity.access.permissions import Permission
from domain.shared.database import run, value
from domain.shared.errors import InvalidInput
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class CreateCategory:
    """Name and description are in the shop's language. Without a slug it gets one made of its name; without a position it
    stands behind its neighbours."""

    name: str
    parent_id: UUID | None = None
    slug: str | None = None
    description: str = ""
    position: int | None = None
    translations: tuple[Translation, ...] = ()
    key: str | None = None


@dataclass(frozen=True)
class UpdateCategory:
    """What is None stays as it is."""

    category_id: UUID
    name: str | None = None
    slug: str | None = None
    description: str | None = None
    translations: tuple[Translation, ...] = ()
    expected_version: int | None = None
    key: str | None = None


@use_case
async def create_category(viewer: Viewer, command: CreateCategory) -> UUID:
    """Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, SlugTaken, IdempotencyKeyReused."""
    viewer.require(Permission.CATALOGUE_WRITE)
    category_id = new_id()
    if earlier := await replayed(viewer, "createCategory", command, category_id):
        return earlier
    name, description = (source("category", category_id, one, getattr(command, one)) for one in ("name", "description"))
    others = translated("category", category_id, command.translations, languages=await languages_of_the_shop())
    position = checked_position(command.position)
    await lock_tree()
    await require_room()
    await require_place(category_id, command.parent_id)
    slug = await _new_slug(command.slug, name.value)
    await run(
        "INSERT INTO category (id, slug, parent_id, position, version) VALUES ($1, $2, $3, 0, 1)",
        category_id,
        slug,
        command.parent_id,
    )
    await put(category_id, command.parent_id, position)
    await store_texts([name, description, *others])
    after = {"slug": slug, "name": name.value, "parent_id": command.parent_id}
    await record(viewer, "createCategory", subject=("category", category_id), after=after)
    await emit(CategoryCreated(subject_id=category_id, sequence=1))
    return category_id


@use_case
async def update_category(viewer: Viewer, command: UpdateCategory) -> UUID:
    """Whoever knows it by its former slug still finds it. Raises NotSignedIn, NotAllowed, NotFound, InvalidInput,
    SlugTaken, StaleVersion, IdempotencyKeyReused."""
    viewer.require(Permission.CATALOGUE_WRITE)
    if earlier := await replayed(viewer, "updateCategory", command, command.category_id):
        return earlier
    given = {"name": command.name, "description": command.description}
    sources = [
        source("category", command.category_id, field, text) for field, text in given.items() if text is not None
    ]
    languages = await languages_of_the_shop()
    others = translated("category", command.category_id, command.translations, languages=languages)
    await lock_tree()
    await locked_version("Category", command.category_id, command.expected_version)
    await lock_below(command.category_id)
    before, slug = await _rename(command.category_id, command.slug)
    await store_texts([*sources, *others])
    version = await raise_version("Category", command.category_id)
    after = {"slug": slug, **{one.field: one.value for one in sources if one.field == "name"}}
    told = {**after, "texts": [f"{one.field} {one.language}" for one in (*sources, *others)]}
    await record(viewer, "updateCategory", subject=("category", command.category_id), before=before, after=told)
    await emit(CategoryUpdated(subject_id=command.category_id, sequence=version))
    return command.category_id


def checked_position(position: int | None) -> int | None:
    if position is not None and position < 0:
        raise InvalidInput(field="position", rule="range", limit="0..")
    return position


async def _new_slug(given: str | None, name: str) -> str:
    if given is None:
        return (await free_slugs("category", [slug_of(name, "category")]))[0]
    slug = checked_slug(given, "category")
    if await slug_owners("category", [slug]):
        raise SlugTaken(slug=slug)
    return slug


async def _rename(category_id: UUID, given: str | None) -> tuple[dict[str, str], str]:
    """Its slug before and now."""
    before: str = await value("SELECT slug FROM category WHERE id = $1", category_id)
    slug = before if given is None else checked_slug(given, "category")
    if slug != before:
        owners = await slug_owners("category", [slug])
        if owners.get(slug, category_id) != category_id:
            raise SlugTaken(slug=slug)
        await run("UPDATE category SET slug = $2 WHERE id = $1", category_id, slug)
        await keep_former_slugs("category", {category_id: (before, slug)})
    return {"slug": before}, slug
