from uuid import UUID, uuid4

import pytest

from domain.catalog.attributes.definitions import definitions
from domain.catalog.attributes.edit_choices import (
    AddChoice,
    RemoveChoice,
    UpdateChoice,
    add_choice,
    remove_choice,
    update_choice,
)
from domain.catalog.attributes.errors import CodeTaken, DefinitionInUse
from domain.catalog.attributes.facts import Attribute, AttributeKind
from domain.catalog.attributes.new_choices import NewChoice
from domain.catalog.texts.given import Translation
from domain.catalog.texts.queries import every_text, texts
from domain.shared.database import run, value
from domain.shared.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import PLATFORM
from tests.factories.definitions import an_attribute
from tests.factories.goods import some_goods
from tests.factories.people import a_person


async def wood() -> tuple[UUID, str]:
    return await an_attribute(AttributeKind.CHOICE, "oak", "ash")


async def known(code: str) -> Attribute:
    return (await definitions()).attributes[code]


async def test_a_choice_is_added_behind_the_others_or_where_it_is_wanted() -> None:
    made, code = await wood()

    await add_choice(PLATFORM, AddChoice(made, NewChoice("elm", "Elm"), expected_version=1))
    await add_choice(PLATFORM, AddChoice(made, NewChoice("fir", "Fir"), position=0))

    found = await known(code)
    assert (list(found.choices), found.version) == (["fir", "oak", "ash", "elm"], 3)
    elm = found.choices["elm"].id
    assert await value("SELECT kind FROM event WHERE subject_id = $1", elm) == "choice.added"


async def test_a_choice_is_renamed_translated_and_moved() -> None:
    made, code = await wood()
    oak = (await known(code)).choices["oak"].id

    chinese = (Translation("name", "zh-Hans", "橡木"),)
    await update_choice(PLATFORM, UpdateChoice(oak, name="Solid oak", position=1, translations=chinese))

    assert list((await known(code)).choices) == ["ash", "oak"]
    assert [await texts([oak], "name", [one]) for one in ("en", "zh-Hans")] == [{oak: "Solid oak"}, {oak: "橡木"}]
    assert await value("SELECT data->>'attribute_id' FROM event WHERE subject_id = $1", oak) == str(made)


async def test_a_choice_that_a_product_has_stays_and_another_one_goes() -> None:
    _, code = await wood()
    oak, ash = [one.id for one in (await known(code)).choices.values()]
    goods = await some_goods()
    await run(
        "UPDATE product SET attributes = jsonb_build_object($2::text, 'oak') WHERE id = $1", goods.product_id, code
    )

    await remove_choice(PLATFORM, RemoveChoice(ash))
    with pytest.raises(DefinitionInUse) as refused:
        await remove_choice(PLATFORM, RemoveChoice(oak))

    assert refused.value.products == 1
    assert list((await known(code)).choices) == ["oak"]
    assert await every_text([ash]) == {}


async def test_a_removal_under_the_same_key_is_answered_again() -> None:
    made, code = await wood()
    command = RemoveChoice((await known(code)).choices["ash"].id, key=str(uuid4()))

    assert [await remove_choice(PLATFORM, command) for _ in range(2)] == [made, made]
    assert (await known(code)).version == 2


async def test_what_cannot_be_is_refused() -> None:
    (made, code), (text, _) = await wood(), await an_attribute()
    oak = (await known(code)).choices["oak"].id

    with pytest.raises(CodeTaken):
        await add_choice(PLATFORM, AddChoice(made, NewChoice("oak", "Oak")))
    with pytest.raises(InvalidInput) as refused:
        await add_choice(PLATFORM, AddChoice(text, NewChoice("oak", "Oak")))
    with pytest.raises(InvalidInput) as nameless:
        await add_choice(PLATFORM, AddChoice(made, NewChoice("elm", "")))
    with pytest.raises(InvalidInput) as before_all:
        await update_choice(PLATFORM, UpdateChoice(oak, position=-1))
    for not_there in (UpdateChoice(new_id()), UpdateChoice(made)):
        with pytest.raises(NotFound):
            await update_choice(PLATFORM, not_there)
    with pytest.raises(StaleVersion):
        await remove_choice(PLATFORM, RemoveChoice(oak, expected_version=7))
    with pytest.raises(NotAllowed):
        await remove_choice(await a_person("support"), RemoveChoice(oak))

    assert (refused.value.field, refused.value.rule) == ("attributeId", "choiceAttribute")
    assert (nameless.value.field, nameless.value.rule) == ("name", "required")
    assert (before_all.value.field, before_all.value.rule) == ("position", "range")
