"""Reading and changing product types."""

from uuid import UUID

import strawberry

from api.access import PUBLIC, field, mutation
from api.context import Info
from api.ids import decode, encode
from api.pages import Connection, connection, cursor, page_size, read_cursor, words
from api.schema.attributes import (
    CreateProductTypeInput,
    CreateProductTypeResult,
    ProductType,
    ProductTypeRemoved,
    RemoveProductTypeInput,
    RemoveProductTypeResult,
    UpdateProductTypeInput,
    UpdateProductTypeResult,
    read_type_attributes,
    show_product_type,
)
from api.schema.translations import read_translations
from api.storefront import storefront_of
from domain.catalog.attributes import facts
from domain.catalog.attributes.edit_types import (
    CreateProductType,
    RemoveProductType,
    UpdateProductType,
    create_product_type,
    remove_product_type,
    update_product_type,
)
from domain.catalog.attributes.named import named_definition, named_types
from domain.shared.errors import not_found

_LIST = "productTypes"


@strawberry.type
class ProductTypesQuery:
    @field(PUBLIC, description="By code.")
    async def product_types(
        self, info: Info, first: int = 20, after: str | None = None, channel: str | None = None
    ) -> Connection[ProductType]:
        size, key = page_size(first), read_cursor(_LIST, after, (words,))
        languages = (await storefront_of(info, channel)).languages
        found = await named_types(languages, first=size + 1, after=key[0] if key else None)
        nodes = [show_product_type(one, found.known, found.names) for one in found.types]
        return connection(found.types, size, has_previous=after is not None, cursor_of=_cursor, nodes=nodes)

    @field(PUBLIC)
    async def product_type(self, info: Info, id: strawberry.ID, channel: str | None = None) -> ProductType | None:
        return await shown_product_type(info, decode("ProductType", id, field="id"), channel)


@strawberry.type
class ProductTypesMutation:
    @mutation("catalogue.write", result=CreateProductTypeResult, description="The code never changes.")
    async def create_product_type(self, info: Info, input: CreateProductTypeInput) -> ProductType:
        command = CreateProductType(
            code=input.code,
            name=input.name,
            attributes=read_type_attributes(input.attributes),
            translations=read_translations(input.translations),
            key=input.idempotency_key,
        )
        return await _present(info, await create_product_type(info.context.viewer, command))

    @mutation(
        "catalogue.write",
        result=UpdateProductTypeResult,
        description="An attribute is taken off only while no product of the type has a value.",
    )
    async def update_product_type(self, info: Info, input: UpdateProductTypeInput) -> ProductType:
        command = UpdateProductType(
            type_id=decode("ProductType", input.product_type_id, field="productTypeId"),
            name=input.name,
            attributes=None if input.attributes is None else read_type_attributes(input.attributes),
            translations=read_translations(input.translations),
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _present(info, await update_product_type(info.context.viewer, command))

    @mutation("catalogue.write", result=RemoveProductTypeResult, description="Refused while products are of it.")
    async def remove_product_type(self, info: Info, input: RemoveProductTypeInput) -> ProductTypeRemoved:
        type_id = decode("ProductType", input.product_type_id, field="productTypeId")
        command = RemoveProductType(type_id, input.expected_version, input.idempotency_key)
        removed = await remove_product_type(info.context.viewer, command)
        return ProductTypeRemoved(product_type_id=strawberry.ID(encode("ProductType", removed)))


async def shown_product_type(info: Info, type_id: UUID, channel: str | None = None) -> ProductType | None:
    """In the languages of the storefront."""
    found = await named_definition(type_id, (await storefront_of(info, channel)).languages)
    return show_product_type(found.types[0], found.known, found.names) if found.types else None


async def _present(info: Info, type_id: UUID) -> ProductType:
    found = await shown_product_type(info, type_id)
    if found is None:
        raise not_found("ProductType", type_id)
    return found


def _cursor(product_type: facts.ProductType) -> str:
    return cursor(_LIST, (product_type.code,))
