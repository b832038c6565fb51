"""Product types, attributes and choices as buyers' pages and staff see them."""

from collections.abc import Mapping
from uuid import UUID

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.ids import decode, encode
from api.schema.node import Node
from api.schema.translations import TranslationInput, read_translations
from domain.catalog.attributes import facts
from domain.catalog.attributes.edit_types import GivenAttribute
from domain.catalog.attributes.errors import AttributeOnTypes, CodeTaken, DefinitionInUse
from domain.catalog.attributes.facts import AttributeKind, Definitions, Referred
from domain.catalog.attributes.new_choices import NewChoice
from domain.shared.errors import StaleVersion

Names = Mapping[UUID, str]
ReferredEnum = strawberry.enum(Referred, name="ReferredKind", description="What a reference points at.")


@strawberry.type(directives=[Access(requires=PARENT)], description="What may be chosen as an attribute's value.")
class Choice:
    id: strawberry.ID
    code: str
    name: str


@strawberry.type(directives=[Access(requires=PARENT)], description="What may be said of products beyond their names.")
class Attribute(Node):
    id: strawberry.ID
    code: str = strawberry.field(description="Its short name in files; it never changes.")
    name: str
    value_kind: AttributeKind
    unit: str | None = strawberry.field(description="Of numbers, by UCUM.")
    refers_to: Referred | None
    is_filterable: bool = strawberry.field(description="Whether lists can be filtered by it.")
    choices: list[Choice] = strawberry.field(description="In their order.")
    version: int = strawberry.field(description="Grows with every change, also of its choices.")


@strawberry.type(directives=[Access(requires=PARENT)], description="That products of a type have an attribute.")
class TypeAttribute:
    attribute: Attribute
    is_required: bool


@strawberry.type(directives=[Access(requires=PARENT)])
class ProductType(Node):
    id: strawberry.ID
    code: str = strawberry.field(description="Its short name in files; it never changes.")
    name: str
    attributes: list[TypeAttribute] = strawberry.field(description="In their order.")
    version: int = strawberry.field(description="Grows with every change; send it back to refuse a stale one.")


@strawberry.type(directives=[Access(requires=PARENT)])
class AttributeRemoved:
    attribute_id: strawberry.ID


@strawberry.type(directives=[Access(requires=PARENT)])
class ProductTypeRemoved:
    product_type_id: strawberry.ID


@strawberry.input(description="The name is in the shop's own language.")
class ChoiceInput:
    code: str
    name: str
    translations: list[TranslationInput] = strawberry.field(default_factory=list)


@strawberry.input(description="The name is in the shop's own language.")
class CreateAttributeInput:
    code: str = strawberry.field(description="Lower-case letters, digits, hyphens and underscores, at most 60.")
    kind: AttributeKind
    name: str
    unit: str | None = strawberry.field(default=None, description="Only for numbers, by UCUM, for example kg or cm.")
    refers_to: Referred | None = strawberry.field(default=None, description="For references, and only for them.")
    is_filterable: bool = True
    choices: list[ChoiceInput] = strawberry.field(default_factory=list, description="Only for choices.")
    translations: list[TranslationInput] = strawberry.field(default_factory=list)
    idempotency_key: str | None = None


@strawberry.input(description="What is left out stays as it is.")
class UpdateAttributeInput:
    attribute_id: strawberry.ID
    name: str | None = None
    is_filterable: bool | None = None
    translations: list[TranslationInput] = strawberry.field(default_factory=list)
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class RemoveAttributeInput:
    attribute_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class AddChoiceInput:
    attribute_id: strawberry.ID
    choice: ChoiceInput
    position: int | None = strawberry.field(default=None, description="From 0. Left out: behind the others.")
    expected_version: int | None = strawberry.field(default=None, description="The attribute's.")
    idempotency_key: str | None = None


@strawberry.input(description="What is left out stays as it is.")
class UpdateChoiceInput:
    choice_id: strawberry.ID
    name: str | None = None
    position: int | None = strawberry.field(default=None, description="From 0.")
    translations: list[TranslationInput] = strawberry.field(default_factory=list)
    expected_version: int | None = strawberry.field(default=None, description="The attribute's.")
    idempotency_key: str | None = None


@strawberry.input
class RemoveChoiceInput:
    choice_id: strawberry.ID
    expected_version: int | None = strawberry.field(default=None, description="The attribute's.")
    idempotency_key: str | None = None


@strawberry.input
class TypeAttributeInput:
    attribute_id: strawberry.ID
    is_required: bool = False


@strawberry.input(description="The name is in the shop's own language.")
class CreateProductTypeInput:
    code: str = strawberry.field(description="Lower-case letters, digits, hyphens and underscores, at most 60.")
    name: str
    attributes: list[TypeAttributeInput] = strawberry.field(default_factory=list)
    translations: list[TranslationInput] = strawberry.field(default_factory=list)
    idempotency_key: str | None = None


@strawberry.input(description="What is left out stays as it is.")
class UpdateProductTypeInput:
    product_type_id: strawberry.ID
    name: str | None = None
    attributes: list[TypeAttributeInput] | None = strawberry.field(
        default=None,
        description="All that there will be, in their order. Products without a value that is required now stay as they "
        "are, and must be given it with their next change.",
    )
    translations: list[TranslationInput] = strawberry.field(default_factory=list)
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class RemoveProductTypeInput:
    product_type_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


CreateAttributeResult = result("CreateAttributeResult", Attribute, CodeTaken, given_ids=False)
UpdateAttributeResult = result("UpdateAttributeResult", Attribute, StaleVersion)
RemoveAttributeResult = result(
    "RemoveAttributeResult", AttributeRemoved, AttributeOnTypes, DefinitionInUse, StaleVersion
)
AddChoiceResult = result("AddChoiceResult", Attribute, CodeTaken, StaleVersion)
UpdateChoiceResult = result("UpdateChoiceResult", Attribute, StaleVersion)
RemoveChoiceResult = result("RemoveChoiceResult", Attribute, DefinitionInUse, StaleVersion)
CreateProductTypeResult = result("CreateProductTypeResult", ProductType, CodeTaken)
UpdateProductTypeResult = result("UpdateProductTypeResult", ProductType, DefinitionInUse, StaleVersion)
RemoveProductTypeResult = result("RemoveProductTypeResult", ProductTypeRemoved, DefinitionInUse, StaleVersion)


def read_choice(given: ChoiceInput) -> NewChoice:
    return NewChoice(given.code, given.name, read_translations(given.translations))


def read_type_attributes(given: list[TypeAttributeInput]) -> tuple[GivenAttribute, ...]:
    return tuple(
        GivenAttribute(
            decode("Attribute", one.attribute_id, field=f"attributes.{number}.attributeId"), is_required=one.is_required
        )
        for number, one in enumerate(given)
    )


def show_definition(attribute: facts.Attribute, names: Names) -> Attribute:
    return Attribute(
        id=strawberry.ID(encode("Attribute", attribute.id)),
        code=attribute.code,
        name=names.get(attribute.id, attribute.code),
        value_kind=attribute.kind,
        unit=attribute.unit,
        refers_to=attribute.refers_to,
        is_filterable=attribute.is_filterable,
        choices=[
            Choice(id=strawberry.ID(encode("Choice", one.id)), code=one.code, name=names.get(one.id, one.code))
            for one in attribute.choices.values()
        ],
        version=attribute.version,
    )


def show_product_type(product_type: facts.ProductType, known: Definitions, names: Names) -> ProductType:
    return ProductType(
        id=strawberry.ID(encode("ProductType", product_type.id)),
        code=product_type.code,
        name=names.get(product_type.id, product_type.code),
        attributes=[
            TypeAttribute(attribute=show_definition(known.attributes[one.code], names), is_required=one.is_required)
            for one in product_type.attributes
        ],
        version=product_type.version,
    )
