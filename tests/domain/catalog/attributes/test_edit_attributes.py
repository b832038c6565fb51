from typing import Any
from uuid import uuid4

import pytest

from domain.catalog.attributes.definitions import definitions
from domain.catalog.attributes.edit_attributes import (
    CreateAttribute,
    RemoveAttribute,
    UpdateAttribute,
    create_attribute,
    remove_attribute,
    update_attribute,
)
from domain.catalog.attributes.errors import AttributeOnTypes, CodeTaken, DefinitionInUse
from domain.catalog.attributes.facts import AttributeKind, Referred
from domain.catalog.attributes.new_choices import NewChoice
from domain.catalog.texts.given import Translation
from domain.catalog.texts.queries import every_text, texts
from domain.catalog.texts.store import TextChange, store_texts
from domain.shared.database import run, value
from domain.shared.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM
from tests.factories.definitions import a_product_type, an_attribute
from tests.factories.goods import some_goods
from tests.factories.people import a_person, a_supplier
from tests.factories.roles import a_person_with
from tests.statements import counted_statements


def a_command(**changed: Any) -> CreateAttribute:
    return CreateAttribute(**{"code": f"a-{uuid4().hex}", "kind": AttributeKind.TEXT, "name": "Care", **changed})


async def test_an_attribute_of_each_kind_is_defined_with_what_belongs_to_it() -> None:
    weight = a_command(kind=AttributeKind.NUMBER, unit="kg")
    fits = a_command(kind=AttributeKind.REFERENCE, refers_to=Referred.PRODUCT, is_filterable=False)
    oak = NewChoice("oak", "Oak", (Translation("name", "zh-Hans", "橡木"),))
    wood = a_command(kind=AttributeKind.CHOICE, choices=(oak, NewChoice("ash", "Ash")))
    manager = await a_person("catalogue_manager")

    for command in (weight, fits, wood):
        await create_attribute(manager, command)

    known = (await definitions()).attributes
    assert (known[weight.code].kind, known[weight.code].unit) == (AttributeKind.NUMBER, "kg")
    assert (known[fits.code].refers_to, known[fits.code].is_filterable) == (Referred.PRODUCT, False)
    assert list(known[wood.code].choices) == ["oak", "ash"]
    assert await texts([known[wood.code].choices["oak"].id], "name", ["zh-Hans"]) == {
        known[wood.code].choices["oak"].id: "橡木"
    }
    assert await value("SELECT kind FROM event WHERE subject_id = $1", known[wood.code].id) == "attribute.created"
    assert await value("SELECT action FROM audit_entry WHERE subject_id = $1", known[wood.code].id) == "createAttribute"


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"code": "Care Label"}, "code", "characters"),
        ({"name": " "}, "name", "required"),
        ({"unit": "kg"}, "unit", "onlyFor"),
        ({"kind": AttributeKind.NUMBER, "unit": "ki lo"}, "unit", "characters"),
        ({"kind": AttributeKind.REFERENCE}, "refersTo", "required"),
        ({"refers_to": Referred.PRODUCT}, "refersTo", "onlyFor"),
        ({"choices": (NewChoice("oak", "Oak"),)}, "choices", "onlyFor"),
        ({"kind": AttributeKind.CHOICE, "choices": (NewChoice("Oak", "Oak"),)}, "choices.0.code", "characters"),
        ({"kind": AttributeKind.CHOICE, "choices": (NewChoice("oak", ""),)}, "choices.0.name", "required"),
        ({"translations": (Translation("name", "en", "Care"),)}, "translations.0.language", "sourceLanguage"),
    ],
)
async def test_bad_input_is_refused_by_field_and_rule(given: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await create_attribute(PLATFORM, a_command(**given))

    assert (refused.value.field, refused.value.rule) == (field, rule)


async def test_a_code_is_given_once() -> None:
    command, twice = a_command(), (NewChoice("oak", "Oak"), NewChoice("oak", "Oak"))
    await create_attribute(PLATFORM, command)

    with pytest.raises(CodeTaken) as refused:
        await create_attribute(PLATFORM, command)
    with pytest.raises(CodeTaken):
        await create_attribute(PLATFORM, a_command(kind=AttributeKind.CHOICE, choices=twice))

    assert refused.value.taken == command.code


async def test_what_is_left_out_of_a_change_stays_and_a_stale_change_is_refused() -> None:
    made, code = await an_attribute()

    await update_attribute(PLATFORM, UpdateAttribute(made, is_filterable=False, expected_version=1))
    with pytest.raises(StaleVersion):
        await update_attribute(PLATFORM, UpdateAttribute(made, name="Other", expected_version=1))

    assert (await definitions()).attributes[code].is_filterable is False
    assert await texts([made], "name", ["en"]) == {made: "Attribute"}


async def test_the_same_key_twice_changes_once() -> None:
    (made, code), key = await an_attribute(), str(uuid4())

    for _ in range(2):
        await update_attribute(PLATFORM, UpdateAttribute(made, name="Other", key=key))

    assert (await definitions()).attributes[code].version == 2


async def test_an_attribute_goes_with_its_choices_and_all_their_texts() -> None:
    made, code = await an_attribute(AttributeKind.CHOICE, "oak")
    oak = (await definitions()).attributes[code].choices["oak"].id

    await remove_attribute(PLATFORM, RemoveAttribute(made))

    assert code not in (await definitions()).attributes
    assert await every_text([made, oak]) == {}


async def test_an_attribute_of_a_type_stays() -> None:
    made, _ = await an_attribute()
    await a_product_type(made)

    with pytest.raises(AttributeOnTypes):
        await remove_attribute(PLATFORM, RemoveAttribute(made))


async def test_an_attribute_that_a_product_still_has_stays() -> None:
    made, code = await an_attribute(AttributeKind.BOOLEAN)
    worded, worded_code = await an_attribute()
    goods = await some_goods()
    await run(
        "UPDATE product SET attributes = jsonb_build_object($2::text, TRUE) WHERE id = $1", goods.product_id, code
    )
    await use_case(store_texts)([TextChange("product", goods.product_id, f"attribute.{worded_code}", "en", "Cold")])

    for one in (made, worded):
        with pytest.raises(DefinitionInUse) as refused:
            await remove_attribute(PLATFORM, RemoveAttribute(one))
        assert refused.value.products == 1


async def test_only_who_may_write_the_whole_catalogue_edits_attributes() -> None:
    (made, _), of_one = await an_attribute(), await a_person_with("catalogue.write", supplier_id=await a_supplier())

    with pytest.raises(NotAllowed):
        await create_attribute(of_one, a_command())
    with pytest.raises(NotAllowed):
        await update_attribute(of_one, UpdateAttribute(made))
    with pytest.raises(NotAllowed):
        await remove_attribute(of_one, RemoveAttribute(made))
    with pytest.raises(NotFound):
        await remove_attribute(PLATFORM, RemoveAttribute(new_id()))


async def test_all_definitions_are_read_by_two_statements(shop: Settings) -> None:
    for _ in range(3):
        await a_product_type((await an_attribute(AttributeKind.CHOICE, "oak", "ash"))[0])

    async with counted_statements(shop) as statements:
        await definitions()

    assert len(statements) == 2
