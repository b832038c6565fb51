"""What there may be said of products, a part of it in use and a part to spare."""

from domain.catalog.attributes.definitions import definitions
from domain.catalog.attributes.edit_attributes import CreateAttribute, create_attribute
from domain.catalog.attributes.facts import AttributeKind
from domain.catalog.categories.edit_categories import CreateCategory, UpdateCategory, create_category, update_category
from domain.catalog.texts.given import Translation
from domain.shared.viewer import PLATFORM
from tests.architecture.access.world import World
from tests.factories.definitions import a_product_type, an_attribute


async def add_definitions(world: World) -> None:
    used, code = await an_attribute(AttributeKind.CHOICE, "oak", "ash")
    spare, _ = await an_attribute()
    choices = (await definitions()).attributes[code].choices
    world.keep("Attribute", used)
    world.keep("Attribute", spare, "spare")
    world.keep("Choice", choices["oak"].id)
    world.keep("Choice", choices["ash"].id, "spare")
    world.keep("ProductType", await a_product_type(used))
    world.keep("ProductType", await a_product_type(), "spare")
    await create_attribute(PLATFORM, CreateAttribute("weight", AttributeKind.NUMBER, "Weight", unit="kg"))
    await create_attribute(PLATFORM, CreateAttribute("fired", AttributeKind.DATE, "Fired"))
    await an_attribute(AttributeKind.REFERENCE)
    chinese = (Translation("name", "zh-Hans", "多余"),)
    category = CreateCategory("Spare", description="Nothing is in it.", translations=chinese)
    spare_category = world.keep("Category", await create_category(PLATFORM, category), "spare")
    await update_category(PLATFORM, UpdateCategory(spare_category, name="Spare still"))  # its translation is stale now
