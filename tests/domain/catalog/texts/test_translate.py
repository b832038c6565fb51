from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.catalog.attributes.definitions import definitions
from domain.catalog.attributes.facts import AttributeKind
from domain.catalog.categories.edit_categories import UpdateCategory, update_category
from domain.catalog.texts.given import Translation
from domain.catalog.texts.options import note_options
from domain.catalog.texts.queries import StoredText, every_text, option_text_id, texts
from domain.catalog.texts.store import digest_of
from domain.catalog.texts.translate import SetTranslations, Translated, set_translations, store_translations
from domain.shared.database import rows, value
from domain.shared.errors import DomainError, InvalidInput, NotAllowed, NotFound, NotSignedIn, StaleVersion
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from domain.shared.viewer import ANONYMOUS, PLATFORM, Viewer
from tests.factories.definitions import a_category, a_product_type, an_attribute
from tests.factories.goods import some_goods
from tests.factories.people import a_person, a_supplier
from tests.factories.roles import a_person_with
from tests.statements import counted_statements


def a_command(kind: str, id: UUID, text: str, *, key: str | None = None, **more: Any) -> SetTranslations:
    given = (Translation("name", "zh-Hans", text, more.pop("source_digest", None)),)
    return SetTranslations(Translated(kind, id, given, **more), key)


async def in_chinese(id: UUID) -> StoredText:
    return next(one for one in (await every_text([id]))[id] if (one.field, one.language) == ("name", "zh-Hans"))


async def events_of(id: UUID) -> list[str]:
    return [one["kind"] for one in await rows("SELECT kind FROM event WHERE subject_id = $1 ORDER BY serial", id)]


async def test_the_texts_of_everything_in_the_catalogue_are_translated() -> None:
    manager, (attribute, code) = await a_person("catalogue_manager"), await an_attribute(AttributeKind.CHOICE, "oak")
    choice = (await definitions()).attributes[code].choices["oak"].id
    size, medium = option_text_id(code), option_text_id(code, "M")
    await use_case(note_options)([(code, None), (code, "M")])
    owners = [
        ("product", (await some_goods()).product_id, "product.changed"),
        ("category", await a_category(), "category.updated"),
        ("product_type", await a_product_type(), "product_type.updated"),
        ("attribute", attribute, "attribute.updated"),
        ("choice", choice, "choice.updated"),
        ("option", size, "option.translated"),
        ("option_value", medium, "option.translated"),
    ]

    for kind, id, _ in owners:
        assert await set_translations(manager, a_command(kind, id, "译文")) == id

    assert await texts([id for _, id, _ in owners], "name", ["zh-Hans"]) == {id: "译文" for _, id, _ in owners}
    assert [(await events_of(id))[-1] for _, id, _ in owners] == [event for _, _, event in owners]
    for _, id, _ in owners:
        assert (
            await value("SELECT count(*) FROM audit_entry WHERE subject_id = $1 AND action = 'setTranslations'", id)
            == 1
        )


async def test_a_translated_product_is_listed_by_its_new_name_at_once() -> None:
    goods = await some_goods()

    await set_translations(PLATFORM, a_command("product", goods.product_id, "瓷壶", expected_version=1))

    assert (
        await value("SELECT names->>'zh-Hans' FROM product_listing WHERE product_id = $1", goods.product_id) == "瓷壶"
    )
    assert await value("SELECT version FROM product WHERE id = $1", goods.product_id) == 2


async def test_a_supplier_translates_their_own_products_and_nothing_else() -> None:
    supplier = await a_supplier()
    seller = await a_person_with("catalogue.write", supplier_id=supplier)
    own, others = await some_goods(supplier_id=supplier), await some_goods()

    await set_translations(seller, a_command("product", own.product_id, "瓷壶"))
    for kind, id in (("product", others.product_id), ("category", await a_category())):
        with pytest.raises(NotFound):
            await set_translations(seller, a_command(kind, id, "瓷壶"))

    assert (await in_chinese(own.product_id)).value == "瓷壶"
    assert (await in_chinese(others.product_id)).value == "茶壶"


@pytest.mark.parametrize(("viewer", "refusal"), [(ANONYMOUS, NotSignedIn), (Viewer(user_id=new_id()), NotAllowed)])
async def test_nobody_else_translates(viewer: Viewer, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        await set_translations(viewer, a_command("category", await a_category(), "茶"))


async def test_a_translation_of_an_older_source_is_stale_from_the_beginning() -> None:
    tea = await a_category("Tea")
    await update_category(PLATFORM, UpdateCategory(tea, name="Green tea"))

    await set_translations(PLATFORM, a_command("category", tea, "茶", source_digest=digest_of("Tea")))
    of_the_old = (await in_chinese(tea)).is_stale
    await set_translations(PLATFORM, a_command("category", tea, "绿茶", source_digest=digest_of("Green tea")))

    assert (of_the_old, (await in_chinese(tea)).is_stale) == (True, False)


async def test_an_empty_text_removes_a_translation() -> None:
    tea = await a_category("Tea")
    await set_translations(PLATFORM, a_command("category", tea, "茶"))

    await set_translations(PLATFORM, a_command("category", tea, ""))

    assert [one.language for one in (await every_text([tea]))[tea]] == ["en"]


async def test_a_stale_change_is_refused_and_the_same_key_twice_changes_once() -> None:
    tea, key = await a_category("Tea"), str(uuid4())

    for _ in range(2):
        await set_translations(PLATFORM, a_command("category", tea, "茶", expected_version=1, key=key))
    with pytest.raises(StaleVersion) as refused:
        await set_translations(PLATFORM, a_command("category", tea, "绿茶", expected_version=1))

    assert refused.value.current == 2
    assert await events_of(tea) == ["category.created", "category.updated"]


async def test_what_changes_nothing_is_told_to_nobody() -> None:
    tea = await a_category("Tea")
    await set_translations(PLATFORM, a_command("category", tea, "茶"))

    await set_translations(PLATFORM, a_command("category", tea, "茶"))

    assert await events_of(tea) == ["category.created", "category.updated"]


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ((), "translations", "count"),
        ((Translation("name", "en", "Tea"),), "translations.0.language", "sourceLanguage"),
        ((Translation("name", "zh-Hans", "茶"), Translation("name", "xx", "T")), "translations.1.language", "oneOf"),
        ((Translation("alt", "zh-Hans", "茶"),), "translations.0.field", "translatable"),
        ((Translation("description", "zh-Hans", "茶"),), "translations.0.field", "source"),
        ((Translation("name", "zh-Hans", "茶", "zz"),), "translations.0.sourceDigest", "digest"),
        ((Translation("name", "zh-Hans", "茶" * 121),), "translations.0.value", "length"),
    ],
)
async def test_bad_input_is_refused_by_field_and_rule(given: tuple[Translation, ...], field: str, rule: str) -> None:
    tea = await a_category("Tea")

    with pytest.raises(InvalidInput) as refused:
        await set_translations(PLATFORM, SetTranslations(Translated("category", tea, given)))

    assert (refused.value.field, refused.value.rule) == (field, rule)


async def test_of_many_each_is_answered_for_itself() -> None:
    tea, cup = await a_category("Tea"), await a_category("Cup")
    nothing = new_id()

    answers = await use_case(store_translations)(
        PLATFORM,
        [
            Translated("category", tea, (Translation("name", "zh-Hans", "茶"),)),
            Translated("category", nothing, (Translation("name", "zh-Hans", "无"),)),
            Translated("category", cup, (Translation("name", "zh-Hans", ""),)),
            Translated("product", cup, (Translation("name", "zh-Hans", "杯"),)),
        ],
    )

    assert [answers[0], type(answers[1]), answers[2], type(answers[3])] == [True, NotFound, False, NotFound]
    assert await texts([tea, cup, nothing], "name", ["zh-Hans"]) == {tea: "茶"}


async def test_translating_many_costs_as_many_statements_as_translating_one(shop: Settings) -> None:
    made = [(await some_goods()).product_id for _ in range(12)]
    changes = [Translated("product", one, (Translation("name", "zh-Hans", "瓷壶"),)) for one in made]
    await use_case(store_translations)(PLATFORM, [Translated("category", await a_category(), changes[0].translations)])

    async with counted_statements(shop) as for_two:
        await use_case(store_translations)(PLATFORM, changes[:2])
    async with counted_statements(shop) as for_ten:
        await use_case(store_translations)(PLATFORM, changes[2:])

    assert len(for_two) == len(for_ten)
