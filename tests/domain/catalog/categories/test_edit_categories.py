from typing import Any
from uuid import uuid4

import pytest

from domain.catalog.categories.edit_categories import CreateCategory, UpdateCategory, create_category, update_category
from domain.catalog.categories.queries import categories_by_id, category_id_by_slug
from domain.catalog.products.errors import SlugTaken
from domain.catalog.texts.given import Translation
from domain.catalog.texts.queries import every_text, texts
from domain.shared.database import rows, value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput, NotAllowed, NotFound, NotSignedIn, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS, PLATFORM, Viewer
from tests.factories.definitions import a_category
from tests.factories.people import a_person, a_supplier
from tests.factories.roles import a_person_with


async def test_a_category_has_its_texts_and_a_slug_made_of_its_name() -> None:
    word = uuid4().hex

    made = await create_category(
        await manager(),
        CreateCategory(
            f"Café {word}", description="Hot drinks", translations=(Translation("name", "zh-Hans", f"咖啡 {word}"),)
        ),
    )

    facts = (await categories_by_id([made], ["zh-Hans", "en"]))[made]
    assert (facts.name, facts.slug, facts.parent_id, facts.version) == (f"咖啡 {word}", f"cafe-{word}", None, 1)
    assert await texts([made], "description", ["zh-Hans", "en"]) == {made: "Hot drinks"}
    assert await value("SELECT kind FROM event WHERE subject_id = $1", made) == "category.created"
    assert await value("SELECT action FROM audit_entry WHERE subject_id = $1", made) == "createCategory"


async def test_two_categories_of_one_name_have_slugs_of_their_own() -> None:
    word = uuid4().hex
    first, second = await a_category(word), await a_category(word)

    found = await categories_by_id([first, second], ["en"])

    assert {found[first].slug, found[second].slug} == {word, f"{word}-2"}


async def test_the_same_key_twice_makes_one_category_and_other_input_is_refused() -> None:
    editor, key = await manager(), str(uuid4())

    first = await create_category(editor, CreateCategory("Tea", key=key))
    second = await create_category(editor, CreateCategory("Tea", key=key))
    with pytest.raises(IdempotencyKeyReused):
        await create_category(editor, CreateCategory("Coffee", key=key))

    assert first == second


async def test_a_category_is_still_found_by_its_former_slug() -> None:
    before, after = uuid4().hex, uuid4().hex
    made = await a_category(before)

    await update_category(await manager(), UpdateCategory(made, slug=after, expected_version=1))

    assert [await category_id_by_slug(slug) for slug in (before, after, "never")] == [made, made, None]
    with pytest.raises(SlugTaken):
        await create_category(PLATFORM, CreateCategory("Other", slug=before))


async def test_a_category_may_take_back_a_slug_that_it_had() -> None:
    before, after = uuid4().hex, uuid4().hex
    made = await a_category(before)
    await update_category(PLATFORM, UpdateCategory(made, slug=after))

    await update_category(PLATFORM, UpdateCategory(made, slug=before))

    assert (await categories_by_id([made], ["en"]))[made].slug == before
    assert [one["slug"] for one in await rows("SELECT slug FROM former_slug WHERE owner_id = $1", made)] == [after]


async def test_what_is_left_out_of_a_change_stays_and_a_stale_change_is_refused() -> None:
    made = await create_category(PLATFORM, CreateCategory("Tea", description="Leaves"))

    await update_category(PLATFORM, UpdateCategory(made, name="Green tea", expected_version=1))
    with pytest.raises(StaleVersion) as refused:
        await update_category(PLATFORM, UpdateCategory(made, name="Black tea", expected_version=1))

    assert (refused.value.expected, refused.value.current) == (1, 2)
    assert await texts([made], "description", ["en"]) == {made: "Leaves"}
    assert await texts([made], "name", ["en"]) == {made: "Green tea"}


async def test_a_new_name_makes_its_translations_stale_but_for_those_that_come_with_it() -> None:
    tee, cha = Translation("description", "zh-Hans", "叶"), Translation("name", "zh-Hans", "茶")
    made = await create_category(PLATFORM, CreateCategory("Tea", description="Leaves", translations=(tee, cha)))

    new = Translation("name", "zh-Hans", "绿茶")
    await update_category(PLATFORM, UpdateCategory(made, name="Green tea", description="Leaf", translations=(new,)))

    stale = {one.field for one in (await every_text([made]))[made] if one.is_stale}
    assert stale == {"description"}


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"name": "  "}, "name", "required"),
        ({"name": "a\nb"}, "name", "printable"),
        ({"name": "x" * 121}, "name", "length"),
        ({"description": "x" * 5001}, "description", "length"),
        ({"slug": "No Slug"}, "slug", "characters"),
        ({"slug": ""}, "slug", "length"),
        ({"position": -1}, "position", "range"),
        ({"translations": (Translation("name", "en", "Tea"),)}, "translations.0.language", "sourceLanguage"),
        ({"translations": (Translation("name", "tlh", "Tea"),)}, "translations.0.language", "oneOf"),
        ({"translations": (Translation("alt", "zh-Hans", "Tea"),)}, "translations.0.field", "translatable"),
        ({"translations": (Translation("name", "zh-Hans", "\n\a"),)}, "translations.0.value", "printable"),
    ],
)
async def test_bad_input_is_refused_by_field_and_rule(given: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await create_category(PLATFORM, CreateCategory(**{"name": "Tea", **given}))

    assert (refused.value.field, refused.value.rule) == (field, rule)


async def test_a_parent_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        await create_category(PLATFORM, CreateCategory("Tea", parent_id=new_id()))


async def test_only_who_may_write_the_whole_catalogue_edits_categories() -> None:
    made, of_one = await a_category(), await a_person_with("catalogue.write", supplier_id=await a_supplier())

    for viewer, refusal in ((ANONYMOUS, NotSignedIn), (await a_person("customer"), NotAllowed), (of_one, NotAllowed)):
        with pytest.raises(refusal):
            await create_category(viewer, CreateCategory("Tea"))
        with pytest.raises(refusal):
            await update_category(viewer, UpdateCategory(made, name="Tea"))


async def manager() -> Viewer:
    return await a_person("catalogue_manager")
