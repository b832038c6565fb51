"""Reading and changing the tree of categories."""

from uuid import UUID

import strawberry

from api.access import PUBLIC, field, mutation
from api.context import Info
from api.ids import decode, encode
from api.schema.categories import (
    Category,
    CategoryRemoved,
    CreateCategoryInput,
    CreateCategoryResult,
    MoveCategoryInput,
    MoveCategoryResult,
    RemoveCategoryInput,
    RemoveCategoryResult,
    UpdateCategoryInput,
    UpdateCategoryResult,
    show_category,
)
from api.schema.translations import read_translations
from api.storefront import storefront_of
from domain.catalog.categories.edit_categories import CreateCategory, UpdateCategory, create_category, update_category
from domain.catalog.categories.place_categories import MoveCategory, RemoveCategory, move_category, remove_category
from domain.catalog.categories.queries import categories, categories_by_id, category_id_by_slug
from domain.shared.errors import InvalidInput, not_found


@strawberry.type
class CategoriesQuery:
    @field(PUBLIC, description="The whole tree: each category before those below it, neighbours in their order.")
    async def categories(self, info: Info, channel: str | None = None) -> list[Category]:
        languages = (await storefront_of(info, channel)).languages
        return [show_category(one, languages) for one in await categories(languages)]

    @field(PUBLIC, description="By its slug, a former one too, or by its id.")
    async def category(
        self, info: Info, slug: str | None = None, id: strawberry.ID | None = None, channel: str | None = None
    ) -> Category | None:
        if (slug is None) == (id is None):
            raise InvalidInput(field="slug", rule="either", limit="slug, id")
        found = decode("Category", id, field="id") if id is not None else await category_id_by_slug(slug or "")
        return None if found is None else await shown_category(info, found, channel)


@strawberry.type
class CategoriesMutation:
    @mutation("catalogue.write", result=CreateCategoryResult)
    async def create_category(self, info: Info, input: CreateCategoryInput) -> Category:
        command = CreateCategory(
            name=input.name,
            parent_id=_parent(input.parent_id),
            slug=input.slug,
            description=input.description,
            position=input.position,
            translations=read_translations(input.translations),
            key=input.idempotency_key,
        )
        return await _present(info, await create_category(info.context.viewer, command))

    @mutation("catalogue.write", result=UpdateCategoryResult)
    async def update_category(self, info: Info, input: UpdateCategoryInput) -> Category:
        command = UpdateCategory(
            category_id=decode("Category", input.category_id, field="categoryId"),
            name=input.name,
            slug=input.slug,
            description=input.description,
            translations=read_translations(input.translations),
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _present(info, await update_category(info.context.viewer, command))

    @mutation(
        "catalogue.write",
        result=MoveCategoryResult,
        description="With all that stands below it. Products are found where it stands now a moment later.",
    )
    async def move_category(self, info: Info, input: MoveCategoryInput) -> Category:
        command = MoveCategory(
            category_id=decode("Category", input.category_id, field="categoryId"),
            parent_id=_parent(input.parent_id),
            position=input.position,
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _present(info, await move_category(info.context.viewer, command))

    @mutation("catalogue.write", result=RemoveCategoryResult, description="Refused while anything stands in it.")
    async def remove_category(self, info: Info, input: RemoveCategoryInput) -> CategoryRemoved:
        category_id = decode("Category", input.category_id, field="categoryId")
        command = RemoveCategory(category_id, input.expected_version, input.idempotency_key)
        removed = await remove_category(info.context.viewer, command)
        return CategoryRemoved(category_id=strawberry.ID(encode("Category", removed)))


async def shown_category(info: Info, category_id: UUID, channel: str | None = None) -> Category | None:
    """In the languages of the storefront."""
    languages = (await storefront_of(info, channel)).languages
    found = (await categories_by_id([category_id], languages)).get(category_id)
    return None if found is None else show_category(found, languages)


async def _present(info: Info, category_id: UUID) -> Category:
    found = await shown_category(info, category_id)
    if found is None:
        raise not_found("Category", category_id)
    return found


def _parent(id: strawberry.ID | None) -> UUID | None:
    return None if id is None else decode("Category", id, field="parentId")
