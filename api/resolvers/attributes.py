"""Reading and changing attributes and their choices."""

from uuid import UUID

import strawberry

from api.access import PUBLIC, field, mutation
from api.context import Info
from api.ids import decode, encode
from api.pages import Connection, connection, cursor, page_size, read_cursor, words
from api.schema.attributes import (
    AddChoiceInput,
    AddChoiceResult,
    Attribute,
    AttributeRemoved,
    CreateAttributeInput,
    CreateAttributeResult,
    RemoveAttributeInput,
    RemoveAttributeResult,
    RemoveChoiceInput,
    RemoveChoiceResult,
    UpdateAttributeInput,
    UpdateAttributeResult,
    UpdateChoiceInput,
    UpdateChoiceResult,
    read_choice,
    show_definition,
)
from api.schema.translations import read_translations
from api.storefront import storefront_of
from domain.catalog.attributes import facts
from domain.catalog.attributes.edit_attributes import (
    CreateAttribute,
    RemoveAttribute,
    UpdateAttribute,
    create_attribute,
    remove_attribute,
    update_attribute,
)
from domain.catalog.attributes.edit_choices import (
    AddChoice,
    RemoveChoice,
    UpdateChoice,
    add_choice,
    remove_choice,
    update_choice,
)
from domain.catalog.attributes.named import named_attributes, named_definition
from domain.shared.errors import not_found

_LIST = "attributes"


@strawberry.type
class AttributesQuery:
    @field(PUBLIC, description="By code.")
    async def attributes(
        self, info: Info, first: int = 20, after: str | None = None, channel: str | None = None
    ) -> Connection[Attribute]:
        size, key = page_size(first), read_cursor(_LIST, after, (words,))
        languages = (await storefront_of(info, channel)).languages
        found = await named_attributes(languages, first=size + 1, after=key[0] if key else None)
        nodes = [show_definition(one, found.names) for one in found.attributes]
        return connection(found.attributes, size, has_previous=after is not None, cursor_of=_cursor, nodes=nodes)

    @field(PUBLIC)
    async def attribute(self, info: Info, id: strawberry.ID, channel: str | None = None) -> Attribute | None:
        return await shown_attribute(info, decode("Attribute", id, field="id"), channel)


@strawberry.type
class AttributesMutation:
    @mutation("catalogue.write", result=CreateAttributeResult, description="Code, kind and unit never change.")
    async def create_attribute(self, info: Info, input: CreateAttributeInput) -> Attribute:
        command = CreateAttribute(
            code=input.code,
            kind=input.kind,
            name=input.name,
            unit=input.unit,
            refers_to=input.refers_to,
            is_filterable=input.is_filterable,
            choices=tuple(read_choice(one) for one in input.choices),
            translations=read_translations(input.translations),
            key=input.idempotency_key,
        )
        return await _present(info, await create_attribute(info.context.viewer, command))

    @mutation("catalogue.write", result=UpdateAttributeResult)
    async def update_attribute(self, info: Info, input: UpdateAttributeInput) -> Attribute:
        command = UpdateAttribute(
            attribute_id=decode("Attribute", input.attribute_id, field="attributeId"),
            name=input.name,
            is_filterable=input.is_filterable,
            translations=read_translations(input.translations),
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _present(info, await update_attribute(info.context.viewer, command))

    @mutation("catalogue.write", result=RemoveAttributeResult, description="Refused while a type or a product has it.")
    async def remove_attribute(self, info: Info, input: RemoveAttributeInput) -> AttributeRemoved:
        attribute_id = decode("Attribute", input.attribute_id, field="attributeId")
        command = RemoveAttribute(attribute_id, input.expected_version, input.idempotency_key)
        removed = await remove_attribute(info.context.viewer, command)
        return AttributeRemoved(attribute_id=strawberry.ID(encode("Attribute", removed)))

    @mutation("catalogue.write", result=AddChoiceResult)
    async def add_choice(self, info: Info, input: AddChoiceInput) -> Attribute:
        command = AddChoice(
            attribute_id=decode("Attribute", input.attribute_id, field="attributeId"),
            choice=read_choice(input.choice),
            position=input.position,
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _present(info, await add_choice(info.context.viewer, command))

    @mutation("catalogue.write", result=UpdateChoiceResult, description="Products show it a moment later.")
    async def update_choice(self, info: Info, input: UpdateChoiceInput) -> Attribute:
        command = UpdateChoice(
            choice_id=decode("Choice", input.choice_id, field="choiceId"),
            name=input.name,
            position=input.position,
            translations=read_translations(input.translations),
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _present(info, await update_choice(info.context.viewer, command))

    @mutation("catalogue.write", result=RemoveChoiceResult, description="Refused while products have it.")
    async def remove_choice(self, info: Info, input: RemoveChoiceInput) -> Attribute:
        choice_id = decode("Choice", input.choice_id, field="choiceId")
        command = RemoveChoice(choice_id, input.expected_version, input.idempotency_key)
        return await _present(info, await remove_choice(info.context.viewer, command))


async def shown_attribute(info: Info, attribute_id: UUID, channel: str | None = None) -> Attribute | None:
    """In the languages of the storefront."""
    found = await named_definition(attribute_id, (await storefront_of(info, channel)).languages)
    return show_definition(found.attributes[0], found.names) if found.attributes else None


async def _present(info: Info, attribute_id: UUID) -> Attribute:
    found = await shown_attribute(info, attribute_id)
    if found is None:
        raise not_found("Attribute", attribute_id)
    return found


def _cursor(attribute: facts.Attribute) -> str:
    return cursor(_LIST, (attribute.code,))
