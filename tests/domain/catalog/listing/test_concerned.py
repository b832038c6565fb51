from uuid import UUID

import pytest

from domain.catalog.attributes.definitions import definitions
from domain.catalog.attributes.edit_choices import UpdateChoice, update_choice
from domain.catalog.attributes.facts import AttributeKind
from domain.catalog.categories.place_categories import MoveCategory, move_category
from domain.catalog.listing import concerned
from domain.catalog.listing.concerned import refresh_concerned
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.texts.given import Translation
from domain.catalog.texts.options import note_options
from domain.catalog.texts.queries import option_text_id
from domain.catalog.texts.translate import SetTranslations, Translated, set_translations
from domain.shared.database import rows, run, value
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM
from tests.factories.definitions import a_category, an_attribute
from tests.factories.goods import some_goods


async def products_in(category_id: UUID, *, count: int) -> list[UUID]:
    made = [(await some_goods()).product_id for _ in range(count)]
    await run("UPDATE product SET category_id = $2 WHERE id = ANY($1)", made, category_id)
    await use_case(refresh_listings)(made)
    return made


async def last_event(subject_id: UUID) -> UUID:
    found: UUID = await value("SELECT id FROM event WHERE subject_id = $1 ORDER BY serial DESC LIMIT 1", subject_id)
    return found


async def test_products_below_a_category_that_moved_are_listed_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concerned, "CHUNK", 2)
    home, garden = await a_category("Home"), await a_category("Garden")
    pots = await a_category("Pots", parent_id=home)
    small = await a_category("Small", parent_id=pots)
    made = await products_in(small, count=5)
    await move_category(PLATFORM, MoveCategory(pots, garden))

    await refresh_concerned(await last_event(pots), pots)

    paths = await rows("SELECT category_path FROM product_listing WHERE product_id = ANY($1)", made)
    assert {tuple(one["category_path"]) for one in paths} == {(small, pots, garden)}
    assert await value("SELECT done_at IS NOT NULL FROM inbox_entry WHERE event_id = $1", await last_event(pots))


async def test_the_products_that_show_a_choice_or_an_option_are_found_and_no_others() -> None:
    (attribute, code), goods, others = (
        await an_attribute(AttributeKind.CHOICE, "oak"),
        await some_goods(),
        await some_goods(),
    )
    oak = (await definitions()).attributes[code].choices["oak"].id
    await run(
        "UPDATE product SET attributes = jsonb_build_object($2::text, 'oak') WHERE id = $1", goods.product_id, code
    )
    await run("UPDATE variant SET options = jsonb_build_object($2::text, 'X') WHERE id = $1", goods.variant_id, code)
    await use_case(note_options)([(code.upper(), None)])

    found = {
        kind: await concerned._concerned(kind, id, None)
        for kind, id in (("attribute", attribute), ("choice", oak), ("option", option_text_id(code)))
    }

    assert found == {kind: [goods.product_id] for kind in found}
    assert others.product_id not in found["choice"]


async def test_a_renamed_choice_is_found_by_its_new_name() -> None:
    (_, code), goods = await an_attribute(AttributeKind.CHOICE, "oak"), await some_goods()
    oak = (await definitions()).attributes[code].choices["oak"].id
    await run(
        "UPDATE product SET attributes = jsonb_build_object($2::text, 'oak') WHERE id = $1", goods.product_id, code
    )
    await use_case(refresh_listings)([goods.product_id])

    await update_choice(PLATFORM, UpdateChoice(oak, name="Bogwood"))
    await refresh_concerned(await last_event(oak), oak)

    assert await value(
        "SELECT document::text LIKE '%bogwood%' FROM product_listing WHERE product_id = $1", goods.product_id
    )


async def test_a_translated_option_is_told_to_the_listing() -> None:
    goods = await some_goods()
    await run("""UPDATE variant SET options = '{"Girth": "wide"}' WHERE id = $1""", goods.variant_id)
    await use_case(note_options)([("Girth", None)])
    girth = option_text_id("Girth")
    given = Translated("option", girth, (Translation("name", "zh-Hans", "周长"),))

    await set_translations(PLATFORM, SetTranslations(given))
    await refresh_concerned(await last_event(girth), girth)

    assert await value("SELECT done_at IS NOT NULL FROM inbox_entry WHERE event_id = $1", await last_event(girth))
