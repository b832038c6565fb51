from uuid import UUID

import pytest

from domain.catalog.texts.options import note_options, option_names
from domain.catalog.texts.queries import every_text, option_text_id, texts, texts_by_field
from domain.catalog.texts.store import TextChange, remove_texts, store_texts
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from tests.statements import counted_statements


def a_change(owner_id: UUID, value: str, *, language: str = "en", field: str = "name") -> TextChange:
    return TextChange("product", owner_id, field, language, value)


@use_case
async def store(*changes: TextChange) -> list[bool]:
    return await store_texts(changes)


async def stale_languages(owner_id: UUID) -> set[str]:
    return {one.language for one in (await every_text([owner_id])).get(owner_id, []) if one.is_stale}


async def test_a_text_is_found_in_the_first_language_that_it_has() -> None:
    tea, cup, plate = new_id(), new_id(), new_id()
    await store(a_change(tea, "Tea"), a_change(tea, "茶", language="zh-Hans"), a_change(cup, "Cup"))

    found = await texts([tea, cup, plate], "name", ["zh-Hans", "en"])

    assert found == {tea: "茶", cup: "Cup"}


async def test_every_field_is_found_in_the_first_language_that_it_has() -> None:
    tea = new_id()
    await store(
        a_change(tea, "Tea"),
        a_change(tea, "Leaves", field="description"),
        a_change(tea, "Tee", language="de"),
    )

    found = await texts_by_field([tea], ["de", "en"])

    assert found == {tea: {"name": "Tee", "description": "Leaves"}}


async def test_storing_tells_of_each_change_whether_it_changed_anything() -> None:
    tea, cup = new_id(), new_id()
    await store(a_change(tea, "Tea"), a_change(cup, "Cup"))

    changed = await store(
        a_change(cup, "Cup"), a_change(tea, "Green tea"), a_change(tea, ""), a_change(cup, "", language="de")
    )

    assert changed == [False, True, True, False]
    assert await texts([tea, cup], "name", ["en"]) == {cup: "Cup"}


async def test_a_new_source_makes_its_translations_stale_and_the_old_one_makes_them_fit_again() -> None:
    tea = new_id()
    await store(a_change(tea, "Tea"), a_change(tea, "茶", language="zh-Hans"))
    fresh = await stale_languages(tea)

    await store(a_change(tea, "Green tea"))
    after_change = await stale_languages(tea)
    await store(a_change(tea, "Tea"))
    after_return = await stale_languages(tea)

    assert (fresh, after_change, after_return) == (set(), {"zh-Hans"}, set())


@pytest.mark.parametrize("source_first", [True, False])
async def test_a_translation_in_the_call_of_its_new_source_is_not_stale(source_first: bool) -> None:
    tea = new_id()
    await store(a_change(tea, "Tea"), a_change(tea, "茶", language="zh-Hans"), a_change(tea, "Tee", language="de"))

    changes = [a_change(tea, "Green tea"), a_change(tea, "绿茶", language="zh-Hans")]
    await store(*(changes if source_first else reversed(changes)))

    assert await stale_languages(tea) == {"de"}


async def test_the_same_translation_again_says_that_it_still_fits() -> None:
    tea = new_id()
    await store(a_change(tea, "Tea"), a_change(tea, "茶", language="zh-Hans"))
    await store(a_change(tea, "Tea!"))

    changed = await store(a_change(tea, "茶", language="zh-Hans"))

    assert changed == [True]
    assert await stale_languages(tea) == set()


async def test_a_translation_that_came_before_its_source_is_stale_once_there_is_one() -> None:
    tea = new_id()
    await store(a_change(tea, "茶", language="zh-Hans"))
    alone = await stale_languages(tea)

    await store(a_change(tea, "Tea"))

    assert (alone, await stale_languages(tea)) == (set(), {"zh-Hans"})


async def test_removing_a_source_leaves_its_translations_stale() -> None:
    tea = new_id()
    await store(a_change(tea, "Tea"), a_change(tea, "茶", language="zh-Hans"))

    await store(a_change(tea, ""))

    assert await stale_languages(tea) == {"zh-Hans"}


async def test_any_number_of_texts_is_stored_by_one_statement(shop: Settings) -> None:
    products = [new_id() for _ in range(100)]

    async with counted_statements(shop) as statements:
        await store(*(a_change(one, "Tea") for one in products))

    assert len(statements) == 3  # BEGIN and COMMIT beside it
    assert len(await texts(products, "name", ["en"])) == 100


async def test_texts_of_what_is_removed_are_removed_in_every_language() -> None:
    tea, cup = new_id(), new_id()
    await store(a_change(tea, "Tea"), a_change(tea, "茶", language="zh-Hans"), a_change(cup, "Cup"))

    await use_case(remove_texts)([tea])

    assert set(await every_text([tea, cup])) == {cup}


async def test_texts_are_stored_in_a_transaction_only() -> None:
    with pytest.raises(RuntimeError):
        await store_texts([a_change(new_id(), "Tea")])


def test_an_option_is_the_same_whatever_its_case_and_its_value_is_another() -> None:
    assert option_text_id("Size") == option_text_id(" size ")
    assert option_text_id("Size", "M") == option_text_id("SIZE", "m")
    assert len({option_text_id("Size"), option_text_id("Size", ""), option_text_id("Colour"), option_text_id("M")}) == 4


async def test_an_option_is_translated_once_for_the_whole_shop() -> None:
    await use_case(note_options)([("Depth", None), ("Depth", "Deep"), ("DEPTH", "deep")])
    await store(TextChange("option", option_text_id("depth"), "name", "zh-Hans", "深度"))

    asked = await option_names([("DEPTH", None), ("Depth", "DEEP")], ("zh-Hans", "en"))
    own = await option_names([("DEPTH", None)], ("en",))

    assert asked == {("DEPTH", None): "深度", ("Depth", "DEEP"): "DEEP"}
    assert own == {("DEPTH", None): "DEPTH"}
    assert await texts([option_text_id("depth", "deep")], "name", ["en"]) == {option_text_id("depth", "deep"): "Deep"}
