import asyncio

from domain.catalog.attributes.definitions import checked_attributes, definitions, held_definitions
from domain.catalog.attributes.edit_attributes import RemoveAttribute, remove_attribute
from domain.catalog.attributes.edit_choices import RemoveChoice, remove_choice
from domain.catalog.attributes.edit_types import CreateProductType, GivenAttribute, create_product_type
from domain.catalog.attributes.errors import AttributeOnTypes, DefinitionInUse
from domain.catalog.attributes.facts import AttributeKind
from domain.shared.database import run, value
from domain.shared.errors import InvalidInput, NotFound
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM
from tests.factories.definitions import a_product_type, an_attribute
from tests.factories.goods import some_goods


async def test_a_choice_is_removed_or_given_to_a_product_never_both() -> None:
    for _ in range(5):
        attribute_id, code = await an_attribute(AttributeKind.CHOICE, "oak")
        type_id, goods = await a_product_type(attribute_id), await some_goods()
        known = await definitions()
        type_code = next(one.code for one in known.types.values() if one.id == type_id)

        @use_case
        async def give(type_code: str = type_code, code: str = code, product_id: object = goods.product_id) -> None:
            checked_attributes(await held_definitions(), type_code, {code: "oak"})
            await asyncio.sleep(0.02)
            await run(
                "UPDATE product SET attributes = jsonb_build_object($2::text, 'oak') WHERE id = $1", product_id, code
            )

        given, removed = await asyncio.gather(
            give(),
            remove_choice(PLATFORM, RemoveChoice(known.attributes[code].choices["oak"].id)),
            return_exceptions=True,
        )

        has_it = await value("SELECT attributes ? $2 FROM product WHERE id = $1", goods.product_id, code)
        still_there = "oak" in (await definitions()).attributes[code].choices
        assert has_it == still_there
        assert isinstance(removed, DefinitionInUse) if has_it else isinstance(given, InvalidInput)


async def test_an_attribute_is_removed_or_becomes_one_of_a_type_never_both() -> None:
    for _ in range(5):
        attribute_id, code = await an_attribute()

        made, removed = await asyncio.gather(
            create_product_type(PLATFORM, CreateProductType(f"t-{new_id()}", "Type", (GivenAttribute(attribute_id),))),
            remove_attribute(PLATFORM, RemoveAttribute(attribute_id)),
            return_exceptions=True,
        )

        still_there = code in (await definitions()).attributes
        assert isinstance(removed, AttributeOnTypes) if still_there else isinstance(made, NotFound)
