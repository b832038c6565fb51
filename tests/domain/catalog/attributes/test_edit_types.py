from uuid import UUID, uuid4

import pytest

from domain.catalog.attributes.definitions import checked_attributes, definitions
from domain.catalog.attributes.edit_types import (
    CreateProductType,
    GivenAttribute,
    RemoveProductType,
    UpdateProductType,
    create_product_type,
    remove_product_type,
    update_product_type,
)
from domain.catalog.attributes.errors import CodeTaken, DefinitionInUse
from domain.catalog.attributes.facts import AttributeKind, ProductType
from domain.catalog.texts.given import Translation
from domain.catalog.texts.queries import every_text, texts
from domain.shared.database import run, value
from domain.shared.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import PLATFORM
from tests.factories.definitions import a_product_type, an_attribute
from tests.factories.goods import some_goods
from tests.factories.people import a_person


async def known(type_id: UUID) -> ProductType:
    return next(one for one in (await definitions()).types.values() if one.id == type_id)


async def a_product_of(type_id: UUID, attributes: str = "{}") -> UUID:
    goods = await some_goods()
    await run(
        "UPDATE product SET product_type_id = $2, attributes = $3 WHERE id = $1", goods.product_id, type_id, attributes
    )
    return goods.product_id


async def test_a_type_has_its_attributes_in_their_order() -> None:
    (care, care_code), (size, size_code) = await an_attribute(), await an_attribute(AttributeKind.NUMBER)
    manager, code = await a_person("catalogue_manager"), f"t-{uuid4().hex}"

    made = await create_product_type(
        manager,
        CreateProductType(
            code,
            "Textile",
            (GivenAttribute(size, is_required=True), GivenAttribute(care)),
            (Translation("name", "zh-Hans", "纺织品"),),
        ),
    )

    found = (await definitions()).types[code]
    assert [(one.code, one.is_required) for one in found.attributes] == [(size_code, True), (care_code, False)]
    assert await texts([made], "name", ["zh-Hans", "en"]) == {made: "纺织品"}
    assert await value("SELECT kind FROM event WHERE subject_id = $1", made) == "product_type.created"


async def test_an_attribute_becomes_required_and_products_without_it_stay_as_they_are() -> None:
    care, code = await an_attribute(AttributeKind.BOOLEAN)
    made = await a_product_type()
    product = await a_product_of(made)

    await update_product_type(
        PLATFORM, UpdateProductType(made, attributes=(GivenAttribute(care, is_required=True),), expected_version=1)
    )

    assert await value("SELECT attributes::text FROM product WHERE id = $1", product) == "{}"
    with pytest.raises(InvalidInput) as refused:
        checked_attributes(await definitions(), (await known(made)).code, {})
    assert (refused.value.field, refused.value.rule) == (f"attributes.{code}", "required")


async def test_an_attribute_that_a_product_of_the_type_has_cannot_be_taken_off() -> None:
    care, code = await an_attribute(AttributeKind.BOOLEAN)
    spare, _ = await an_attribute()
    made, other = await a_product_type(care, spare), await a_product_type(care)
    await a_product_of(made, f'{{"{code}": true}}')

    await update_product_type(PLATFORM, UpdateProductType(other, attributes=()))
    await update_product_type(PLATFORM, UpdateProductType(made, attributes=(GivenAttribute(care),)))
    with pytest.raises(DefinitionInUse) as refused:
        await update_product_type(PLATFORM, UpdateProductType(made, attributes=()))

    assert refused.value.products == 1
    assert [one.code for one in (await known(made)).attributes] == [code]


async def test_what_is_left_out_of_a_change_stays() -> None:
    care, code = await an_attribute()
    made = await a_product_type(care)

    await update_product_type(PLATFORM, UpdateProductType(made, name="Renamed"))

    found = await known(made)
    assert ([one.code for one in found.attributes], found.version) == ([code], 2)
    assert await texts([made], "name", ["en"]) == {made: "Renamed"}


async def test_a_type_without_products_goes_and_its_attributes_stay() -> None:
    care, code = await an_attribute()
    made, used = await a_product_type(care), await a_product_type()
    await a_product_of(used)

    await remove_product_type(PLATFORM, RemoveProductType(made, expected_version=1))
    with pytest.raises(DefinitionInUse):
        await remove_product_type(PLATFORM, RemoveProductType(used))

    now_known = await definitions()
    assert made not in {one.id for one in now_known.types.values()}
    assert code in now_known.attributes
    assert await every_text([made]) == {}


async def test_what_cannot_be_is_refused() -> None:
    care, _ = await an_attribute()
    made = await a_product_type()
    code = (await known(made)).code

    with pytest.raises(CodeTaken):
        await create_product_type(PLATFORM, CreateProductType(code, "Again"))
    with pytest.raises(InvalidInput) as coded:
        await create_product_type(PLATFORM, CreateProductType("T t", "Type"))
    with pytest.raises(InvalidInput) as twice:
        await update_product_type(PLATFORM, UpdateProductType(made, attributes=(GivenAttribute(care),) * 2))
    with pytest.raises(NotFound):
        await update_product_type(PLATFORM, UpdateProductType(made, attributes=(GivenAttribute(new_id()),)))
    with pytest.raises(NotFound):
        await update_product_type(PLATFORM, UpdateProductType(new_id()))
    with pytest.raises(StaleVersion):
        await update_product_type(PLATFORM, UpdateProductType(made, expected_version=9))
    with pytest.raises(NotAllowed):
        await remove_product_type(await a_person("support"), RemoveProductType(made))

    assert (coded.value.field, coded.value.rule) == ("code", "characters")
    assert (twice.value.field, twice.value.rule) == ("attributes", "unique")
