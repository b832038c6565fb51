"""Categories, attributes and product types."""

from uuid import UUID, uuid4

from domain.catalog.attributes.edit_attributes import CreateAttribute, create_attribute
from domain.catalog.attributes.edit_types import CreateProductType, GivenAttribute, create_product_type
from domain.catalog.attributes.facts import AttributeKind, Referred
from domain.catalog.attributes.new_choices import NewChoice
from domain.catalog.categories.edit_categories import CreateCategory, create_category
from domain.shared.viewer import PLATFORM


async def a_category(name: str = "Tea", *, parent_id: UUID | None = None) -> UUID:
    return await create_category(PLATFORM, CreateCategory(name, parent_id=parent_id))


async def an_attribute(kind: AttributeKind = AttributeKind.TEXT, *choices: str) -> tuple[UUID, str]:
    """Its id and its code."""
    code = f"a-{uuid4().hex}"
    command = CreateAttribute(
        code=code,
        kind=kind,
        name="Attribute",
        refers_to=Referred.PRODUCT if kind is AttributeKind.REFERENCE else None,
        choices=tuple(NewChoice(one, one.title()) for one in choices),
    )
    return await create_attribute(PLATFORM, command), code


async def a_product_type(*attribute_ids: UUID, required: bool = False) -> UUID:
    given = tuple(GivenAttribute(one, is_required=required) for one in attribute_ids)
    return await create_product_type(PLATFORM, CreateProductType(f"t-{uuid4().hex}", "Type", given))
