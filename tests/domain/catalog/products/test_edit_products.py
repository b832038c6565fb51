from dataclasses import replace
from uuid import UUID

import orjson
import pytest

from domain.catalog.attributes.facts import AttributeKind
from domain.catalog.products.change import ProductChange
from domain.catalog.products.edit_products import EditProduct, create_product, update_product
from domain.catalog.products.errors import ExternalIdTaken, SkuTaken
from domain.shared.database import value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput, NotAllowed, NotFound, NotSignedIn, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS, PLATFORM
from tests.factories.definitions import a_product_type, an_attribute
from tests.factories.people import a_person, a_supplier
from tests.factories.products import (
    a_catalogue_manager,
    a_new_product,
    a_supplying_person,
    a_variant,
    product_row,
    stored,
    supplier_of,
)

STORY = "SELECT value FROM catalog_text WHERE owner_id = $1 AND field = $2"


async def test_who_writes_for_one_supplier_need_not_say_which() -> None:
    viewer = await a_supplying_person()
    change = replace(await a_new_product(), supplier_id=None)

    product_id = await create_product(viewer, EditProduct(change))

    assert (await product_row(product_id))["supplier_id"] == supplier_of(viewer)
    with pytest.raises(InvalidInput) as refused:
        await create_product(await a_catalogue_manager(), EditProduct(change))
    assert (refused.value.field, refused.value.rule) == ("supplierId", "required")


async def test_a_key_used_twice_makes_one_product_and_no_other_with_other_input() -> None:
    viewer = await a_catalogue_manager()
    command = EditProduct(await a_new_product(texts={("name", "en"): "Pot", ("name", "zh-Hans"): "壶"}), key="make")

    made = [await create_product(viewer, command) for _ in range(2)]

    assert made[0] == made[1]
    assert await value("SELECT count(*) FROM product WHERE supplier_id = $1", command.change.supplier_id) == 1
    other = replace(command.change, texts={("name", "en"): "Pot", ("name", "zh-Hans"): "锅"})
    with pytest.raises(IdempotencyKeyReused):
        await create_product(viewer, EditProduct(other, key="make"))


async def test_a_refusal_leaves_nothing_and_its_key_is_free_again() -> None:
    viewer, taken = await a_catalogue_manager(), a_variant()
    await stored(await a_new_product(variants=[taken]))
    change = await a_new_product(variants=[taken])

    with pytest.raises(SkuTaken):
        await create_product(viewer, EditProduct(change, key="again"))

    assert await create_product(viewer, EditProduct(replace(change, variants=[a_variant()]), key="again"))


async def test_an_update_is_done_once_a_key_and_refused_for_another_version() -> None:
    viewer = await a_catalogue_manager()
    made = await stored(await a_new_product())
    command = EditProduct(ProductChange(product_id=made.id, tags=["x"], expected_version=1), key="update")

    for _ in range(2):
        assert await update_product(viewer, command) == made.id

    assert (await product_row(made.id))["version"] == 2
    with pytest.raises(StaleVersion):
        await update_product(viewer, replace(command, key="another"))


async def test_who_may_not_is_told_so_and_what_is_not_there_is_not_found() -> None:
    change = EditProduct(ProductChange(product_id=new_id(), tags=["x"]))

    with pytest.raises(NotSignedIn):
        await create_product(ANONYMOUS, EditProduct(await a_new_product()))
    with pytest.raises(NotAllowed):
        await update_product(await a_person(), change)
    with pytest.raises(NotFound):
        await update_product(PLATFORM, change)


async def test_attributes_are_those_of_the_type_and_required_ones_are_asked_for() -> None:
    (colour_id, colour), (weight_id, weight), (story_id, story) = [
        await an_attribute(AttributeKind.CHOICE, "red"),
        await an_attribute(AttributeKind.NUMBER),
        await an_attribute(AttributeKind.TEXT),
    ]
    base = await a_new_product(product_type=await _type(colour_id, weight_id, story_id, required=True))
    given: dict[str, object] = {colour: "red", weight: "1.50", story: "Long ago."}

    for attributes, field, rule in (
        ({colour: None}, colour, "required"),
        ({colour: "green"}, colour, "oneOf"),
        ({weight: "much"}, weight, "number"),
        ({"other": "1"}, "other", "unknownAttribute"),
    ):
        with pytest.raises(InvalidInput) as refused:
            await create_product(PLATFORM, EditProduct(replace(base, attributes=given | attributes)))
        assert (refused.value.field, refused.value.rule) == (f"attributes.{field}", rule)
    product_id = await create_product(PLATFORM, EditProduct(replace(base, attributes=given)))
    await update_product(PLATFORM, EditProduct(ProductChange(product_id=product_id, attributes={weight: "2"})))

    assert orjson.loads((await product_row(product_id))["attributes"]) == {colour: "red", weight: "2"}
    assert await value(STORY, product_id, f"attribute.{story}") == "Long ago."


async def test_a_new_type_drops_what_it_does_not_have() -> None:
    (kept_id, kept), (dropped_id, dropped), (story_id, story) = [
        await an_attribute(kind) for kind in (AttributeKind.NUMBER, AttributeKind.BOOLEAN, AttributeKind.TEXT)
    ]
    before, after = await _type(kept_id, dropped_id, story_id), await _type(kept_id)
    given = {kept: "1", dropped: "true", story: "Once."}
    product_id = await create_product(PLATFORM, EditProduct(await a_new_product(product_type=before, attributes=given)))

    await update_product(PLATFORM, EditProduct(ProductChange(product_id=product_id, product_type=after)))

    assert orjson.loads((await product_row(product_id))["attributes"]) == {kept: "1"}
    assert await value(STORY, product_id, f"attribute.{story}") is None
    await update_product(PLATFORM, EditProduct(ProductChange(product_id=product_id, product_type="")))
    assert (await product_row(product_id))["attributes"] == "{}"


async def test_a_reference_must_point_at_something() -> None:
    attribute_id, beside = await an_attribute(AttributeKind.REFERENCE)
    base = await a_new_product(product_type=await _type(attribute_id))
    other = await stored(await a_new_product())

    with pytest.raises(InvalidInput) as refused:
        await create_product(PLATFORM, EditProduct(replace(base, attributes={beside: new_id()})))
    product_id = await create_product(PLATFORM, EditProduct(replace(base, attributes={beside: other.id})))

    assert (refused.value.field, refused.value.rule) == (f"attributes.{beside}", "reference")
    assert orjson.loads((await product_row(product_id))["attributes"]) == {beside: str(other.id)}


async def _type(*attribute_ids: UUID, required: bool = False) -> str:
    """The code of a new type."""
    type_id = await a_product_type(*attribute_ids, required=required)
    code: str = await value("SELECT code FROM product_type WHERE id = $1", type_id)
    return code


async def test_what_has_the_external_id_already_stays_as_it_is() -> None:
    supplier_id = await a_supplier()
    first = await stored(await a_new_product(supplier_id=supplier_id, external_id="P-1"))
    other = await stored(await a_new_product(supplier_id=supplier_id, external_id="P-2"))
    before = [await product_row(one.id) for one in (first, other)]
    again = await a_new_product(supplier_id=supplier_id, external_id=" P-1 ")
    moved = await stored(await a_new_product(external_id="P-1"))

    for viewer in (await a_supplying_person(supplier_id), await a_catalogue_manager()):
        with pytest.raises(ExternalIdTaken) as refused:
            await create_product(viewer, EditProduct(again))
        assert refused.value.external_id == "P-1"
        with pytest.raises(ExternalIdTaken):
            await update_product(viewer, EditProduct(ProductChange(product_id=other.id, external_id="P-1")))
    with pytest.raises(ExternalIdTaken):
        await update_product(PLATFORM, EditProduct(ProductChange(product_id=moved.id, supplier_id=supplier_id)))

    assert [await product_row(one.id) for one in (first, other)] == before


@pytest.mark.parametrize("field", ["attribute.{number}", "attribute.nonsense", "attribute.", "tags"])
async def test_only_texts_have_translations(field: str) -> None:
    number_id, number = await an_attribute(AttributeKind.NUMBER)
    text_id, text = await an_attribute()
    type_id = await a_product_type(number_id, text_id)
    kind = await value("SELECT code FROM product_type WHERE id = $1", type_id)
    field = field.format(number=number)
    made = await stored(await a_new_product(product_type=kind, attributes={number: "2", text: "Mild"}))

    for change in (
        ProductChange(product_id=made.id, texts={(field, "zh-Hans"): "两年"}),
        await a_new_product(product_type=kind, texts={("name", "en"): "Tea", (field, "zh-Hans"): "两年"}),
    ):
        with pytest.raises(InvalidInput) as refused:
            await stored(change)
        limit = f"name, description, attribute.{text}"
        assert (refused.value.field, refused.value.rule, refused.value.limit) == (
            f"translations.zh-Hans.{field}.field",
            "oneOf",
            limit,
        )

    await stored(ProductChange(product_id=made.id, texts={(f"attribute.{text}", "zh-Hans"): "温和"}))
    assert await value(f"{STORY} AND language = 'zh-Hans'", made.id, f"attribute.{text}") == "温和"
