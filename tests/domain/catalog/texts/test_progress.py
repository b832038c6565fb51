from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from domain.catalog.categories.edit_categories import CreateCategory, UpdateCategory, create_category, update_category
from domain.catalog.texts.given import Translation
from domain.catalog.texts.progress import (
    Progress,
    TranslationState,
    UntranslatedFilter,
    translation_progress,
    untranslated,
)
from domain.catalog.texts.store import digest_of
from domain.channels.known import ensure_channels, forget_known
from domain.shared.database import run
from domain.shared.errors import InvalidInput, NotAllowed, NotSignedIn
from domain.shared.settings import Settings
from domain.shared.transactions import use_case
from domain.shared.viewer import ANONYMOUS, PLATFORM, Viewer
from tests.conftest import own_database
from tests.factories.goods import some_goods
from tests.factories.people import a_supplier
from tests.factories.roles import a_person_with
from tests.statements import counted_statements


@pytest_asyncio.fixture
async def empty_shop(shop: Settings, tmp_path: Path) -> AsyncIterator[Settings]:
    """Whose first channel speaks English and Chinese."""
    async with own_database(shop, tmp_path) as own:
        await use_case(ensure_channels)()
        yield own
    forget_known()


async def categories() -> list[UUID]:
    """One up to date, one stale, one not translated, in the order of their ids."""
    chinese = (Translation("name", "zh-Hans", "茶"),)
    made = [
        await create_category(PLATFORM, CreateCategory("Tea", translations=chinese)),
        await create_category(PLATFORM, CreateCategory("Cups", translations=chinese)),
        await create_category(PLATFORM, CreateCategory("Pots")),
    ]
    await update_category(PLATFORM, UpdateCategory(made[1], name="Mugs"))
    return made


async def test_progress_counts_each_kind_in_each_language(empty_shop: Settings) -> None:
    await categories()
    await run("""UPDATE channel SET languages = '["en", "zh-Hans", "de"]'""")
    forget_known()

    await translation_progress(PLATFORM)  # reads the channels anew
    async with counted_statements(empty_shop) as statements:
        found = await translation_progress(PLATFORM)

    assert found == [
        Progress("category", "zh-Hans", total=3, missing=1, stale=1),
        Progress("category", "de", total=3, missing=3, stale=0),
    ]
    assert len(statements) == 1


async def test_what_is_missing_and_what_is_stale_is_listed_page_by_page(empty_shop: Settings) -> None:
    _, stale, missing = await categories()
    wanted = UntranslatedFilter("zh-Hans")

    async with counted_statements(empty_shop) as statements:
        (first,) = await untranslated(PLATFORM, wanted, first=1, after=None)
    (second,) = await untranslated(PLATFORM, wanted, first=5, after=(first.owner_kind, first.owner_id, first.field))

    assert (first.owner_id, first.source, first.translation, first.name) == (stale, "Mugs", "茶", "Mugs")
    assert (second.owner_id, second.source, second.translation) == (missing, "Pots", None)
    assert second.source_digest == digest_of("Pots")
    assert len(statements) == 1


async def test_the_list_is_narrowed_by_state_and_kind(empty_shop: Settings) -> None:  # noqa: ARG001 its texts are counted
    _, stale, missing = await categories()

    async def ids(**wanted: object) -> list[UUID]:
        found = await untranslated(PLATFORM, UntranslatedFilter("zh-Hans", **wanted), first=9, after=None)  # type: ignore[arg-type]
        return [one.owner_id for one in found]

    assert await ids(states=frozenset({TranslationState.STALE})) == [stale]
    assert await ids(states=frozenset({TranslationState.MISSING})) == [missing]
    assert await ids(owner_kind="category") == [stale, missing]
    assert await ids(owner_kind="product") == []


async def test_a_supplier_sees_the_progress_of_their_own_products(empty_shop: Settings) -> None:  # noqa: ARG001 as above
    supplier = await a_supplier()
    own, _others, _ = await some_goods(supplier_id=supplier), await some_goods(), await categories()
    seller = await a_person_with("catalogue.write", supplier_id=supplier)

    await run("DELETE FROM catalog_text WHERE owner_id = $1 AND language = 'zh-Hans'", own.product_id)

    (progress,) = await translation_progress(seller)
    listed = await untranslated(seller, UntranslatedFilter("zh-Hans"), first=9, after=None)

    assert (progress.owner_kind, progress.language) == ("product", "zh-Hans")
    assert [(one.owner_id, one.field) for one in listed] == [(own.product_id, "description"), (own.product_id, "name")]
    assert (progress.total, progress.missing) == (2, 2)


@pytest.mark.parametrize(("language", "rule"), [("en", "sourceLanguage"), ("xx", "oneOf")])
async def test_only_other_languages_of_the_shop_are_asked_for(language: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await untranslated(PLATFORM, UntranslatedFilter(language), first=1, after=None)

    assert (refused.value.field, refused.value.rule) == ("language", rule)


async def test_nobody_else_sees_it() -> None:
    with pytest.raises(NotSignedIn):
        await translation_progress(ANONYMOUS)
    with pytest.raises(NotAllowed):
        await untranslated(Viewer(user_id=UUID(int=1)), UntranslatedFilter("zh-Hans"), first=1, after=None)
