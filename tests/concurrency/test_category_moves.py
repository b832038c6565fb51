import asyncio

import pytest

from domain.catalog.categories.edit_categories import CreateCategory, create_category
from domain.catalog.categories.errors import CategoryCycle, CategoryInUse
from domain.catalog.categories.place_categories import MoveCategory, RemoveCategory, move_category, remove_category
from domain.catalog.categories.queries import categories, categories_by_id
from domain.shared.errors import NotFound
from domain.shared.viewer import PLATFORM
from tests.factories.definitions import a_category


@pytest.mark.parametrize("_time", range(5))
async def test_moves_at_once_that_would_together_make_a_cycle_do_not(_time: int) -> None:
    ring = [await a_category(str(number)) for number in range(4)]

    answers = await asyncio.gather(
        *(move_category(PLATFORM, MoveCategory(one, ring[n - 1])) for n, one in enumerate(ring)),
        return_exceptions=True,
    )

    assert [type(one) for one in answers if isinstance(one, BaseException)] == [CategoryCycle]
    assert set(ring) <= {one.id for one in await categories(["en"])}


async def test_a_category_is_removed_or_gets_another_one_below_it_never_both() -> None:
    for _ in range(5):
        top = await a_category("Top")

        added, removed = await asyncio.gather(
            create_category(PLATFORM, CreateCategory("Below", parent_id=top)),
            remove_category(PLATFORM, RemoveCategory(top)),
            return_exceptions=True,
        )

        if isinstance(added, BaseException):
            assert isinstance(added, NotFound)
            assert removed == top
        else:
            assert isinstance(removed, CategoryInUse)
            assert (await categories_by_id([added], ["en"]))[added].parent_id == top


async def test_new_categories_of_one_name_at_once_have_slugs_of_their_own() -> None:
    top = await a_category("Top")

    made = await asyncio.gather(*(create_category(PLATFORM, CreateCategory("Same", parent_id=top)) for _ in range(8)))

    found = (await categories_by_id(made, ["en"])).values()
    assert len({one.slug for one in found}) == 8
    assert sorted(one.position for one in found) == list(range(8))
