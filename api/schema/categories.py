"""The tree of categories as buyers' pages and staff see it."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import strawberry

from api.access import PARENT, Access, field
from api.context import Info
from api.errors import result
from api.ids import encode
from api.schema.node import Node
from api.schema.translations import TranslationInput
from domain.catalog.categories.errors import CategoryCycle, CategoryInUse
from domain.catalog.categories.queries import CategoryFacts, categories_below, category_paths
from domain.catalog.products.errors import SlugTaken
from domain.catalog.texts.queries import texts
from domain.shared.errors import StaleVersion

Languages = tuple[str, ...]


@strawberry.type(directives=[Access(requires=PARENT)])
class Category(Node):
    category_id: strawberry.Private[UUID]
    languages: strawberry.Private[Languages]
    id: strawberry.ID
    slug: str
    name: str
    parent_id: strawberry.ID | None
    position: int = strawberry.field(description="Among its neighbours, from 0.")
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")

    @field(PARENT)
    async def description(self, info: Info) -> str:
        load = partial(texts, field="description", languages=self.languages)
        return (
            await info.context.loaders.at(("category description", self.languages), load).load(self.category_id) or ""
        )

    @field(PARENT, description="From the top down to the category itself.")
    async def path(self, info: Info) -> list["Category"]:
        load = partial(category_paths, languages=self.languages)
        return self._shown(
            await info.context.loaders.at(("category path", self.languages), load).load(self.category_id)
        )

    @field(PARENT, description="Those directly below it, in their order.")
    async def children(self, info: Info) -> list["Category"]:
        load = partial(categories_below, languages=self.languages)
        return self._shown(
            await info.context.loaders.at(("categories below", self.languages), load).load(self.category_id)
        )

    def _shown(self, found: Sequence[CategoryFacts] | None) -> list["Category"]:
        return [show_category(one, self.languages) for one in found or ()]


@strawberry.type(directives=[Access(requires=PARENT)])
class CategoryRemoved:
    category_id: strawberry.ID


@strawberry.input(description="Name and description are in the shop's own language.")
class CreateCategoryInput:
    name: str
    parent_id: strawberry.ID | None = strawberry.field(default=None, description="Left out: it stands at the top.")
    slug: str | None = strawberry.field(default=None, description="Left out: made of the name.")
    description: str = ""
    position: int | None = strawberry.field(default=None, description="From 0. Left out: behind its neighbours.")
    translations: list[TranslationInput] = strawberry.field(default_factory=list)
    idempotency_key: str | None = None


@strawberry.input(description="What is left out stays as it is.")
class UpdateCategoryInput:
    category_id: strawberry.ID
    name: str | None = None
    slug: str | None = strawberry.field(default=None, description="The former one goes on leading here.")
    description: str | None = None
    translations: list[TranslationInput] = strawberry.field(default_factory=list)
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class MoveCategoryInput:
    category_id: strawberry.ID
    parent_id: strawberry.ID | None = strawberry.field(default=None, description="Left out or null: to the top.")
    position: int | None = strawberry.field(default=None, description="From 0. Left out: behind its neighbours.")
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class RemoveCategoryInput:
    category_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


CreateCategoryResult = result("CreateCategoryResult", Category, SlugTaken)
UpdateCategoryResult = result("UpdateCategoryResult", Category, SlugTaken, StaleVersion)
MoveCategoryResult = result("MoveCategoryResult", Category, CategoryCycle, StaleVersion)
RemoveCategoryResult = result("RemoveCategoryResult", CategoryRemoved, CategoryInUse, StaleVersion)


def show_category(facts: CategoryFacts, languages: Languages) -> Category:
    return Category(
        category_id=facts.id,
        languages=languages,
        id=strawberry.ID(encode("Category", facts.id)),
        slug=facts.slug,
        name=facts.name,
        parent_id=strawberry.ID(encode("Category", facts.parent_id)) if facts.parent_id else None,
        position=facts.position,
        version=facts.version,
    )
