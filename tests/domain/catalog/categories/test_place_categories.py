from uuid import UUID, uuid4

import pytest

from domain.catalog.categories.edit_categories import UpdateCategory, update_category
from domain.catalog.categories.errors import CategoryCycle, CategoryInUse
from domain.catalog.categories.place_categories import MoveCategory, RemoveCategory, move_category, remove_category
from domain.catalog.categories.queries import (
    categories,
    categories_below,
    categories_by_id,
    category_id_by_slug,
    category_paths,
)
from domain.catalog.texts.queries import every_text
from domain.shared.database import run, value
from domain.shared.errors import InvalidInput, NotFound, StaleVersion
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.viewer import PLATFORM
from tests.factories.definitions import a_category
from tests.factories.goods import some_goods
from tests.statements import counted_statements


async def names_below(parent_id: UUID) -> list[str]:
    found = await categories_below([parent_id], ["en"])
    return [one.name for one in found.get(parent_id, [])]


async def test_a_category_moves_with_all_that_stands_below_it() -> None:
    home, garden = await a_category("Home"), await a_category("Garden")
    pots = await a_category("Pots", parent_id=home)
    small = await a_category("Small pots", parent_id=pots)

    await move_category(PLATFORM, MoveCategory(pots, garden, expected_version=1))

    path = (await category_paths([small], ["en"]))[small]
    assert [one.id for one in path] == [garden, pots, small]
    assert await names_below(home) == []
    assert await value("SELECT kind FROM event WHERE subject_id = $1 AND sequence = 2", pots) == "category.moved"


async def test_neighbours_keep_their_order_around_a_category_that_moves() -> None:
    home = await a_category("Home")
    first, _second, third = [await a_category(name, parent_id=home) for name in ("One", "Two", "Three")]

    await move_category(PLATFORM, MoveCategory(third, home, position=0))
    to_the_front = await names_below(home)
    await move_category(PLATFORM, MoveCategory(first, home))

    assert to_the_front == ["Three", "One", "Two"]
    assert await names_below(home) == ["Three", "Two", "One"]
    assert [one.position for one in (await categories_below([home], ["en"]))[home]] == [0, 1, 2]


async def test_a_category_moves_to_the_top() -> None:
    home = await a_category("Home")
    pots = await a_category("Pots", parent_id=home)

    await move_category(PLATFORM, MoveCategory(pots, None))

    assert (await categories_by_id([pots], ["en"]))[pots].parent_id is None


@pytest.mark.parametrize("below", [0, 1, 2])
async def test_a_category_cannot_stand_below_itself(below: int) -> None:
    top = await a_category("Top")
    middle = await a_category("Middle", parent_id=top)
    line = [top, middle, await a_category("Bottom", parent_id=middle)]

    with pytest.raises(CategoryCycle):
        await move_category(PLATFORM, MoveCategory(top, line[below]))

    assert [one.id for one in (await category_paths([line[2]], ["en"]))[line[2]]] == line


async def test_the_tree_has_no_more_than_ten_levels() -> None:
    line = [await a_category("0")]
    for level in range(1, 9):
        line.append(await a_category(str(level), parent_id=line[-1]))
    pair = await a_category("Pair")
    await a_category("Below", parent_id=pair)

    await move_category(PLATFORM, MoveCategory(pair, line[-2]))
    with pytest.raises(InvalidInput) as refused:
        await move_category(PLATFORM, MoveCategory(pair, line[-1]))

    assert (refused.value.field, refused.value.rule) == ("parentId", "depth")


async def test_a_stale_move_and_one_of_or_below_nothing_are_refused() -> None:
    pots = await a_category("Pots")

    with pytest.raises(StaleVersion):
        await move_category(PLATFORM, MoveCategory(pots, None, expected_version=2))
    with pytest.raises(NotFound):
        await move_category(PLATFORM, MoveCategory(pots, new_id()))
    with pytest.raises(NotFound):
        await move_category(PLATFORM, MoveCategory(new_id(), None))
    with pytest.raises(InvalidInput):
        await move_category(PLATFORM, MoveCategory(pots, None, position=-1))


async def test_a_move_under_the_same_key_happens_once() -> None:
    home, key = await a_category("Home"), str(uuid4())
    pots = await a_category("Pots", parent_id=home)

    for _ in range(2):
        await move_category(PLATFORM, MoveCategory(pots, None, key=key))

    assert (await categories_by_id([pots], ["en"]))[pots].version == 2


async def test_an_empty_category_goes_with_its_texts_and_its_slugs() -> None:
    former = uuid4().hex
    pots = await a_category(former)
    await update_category(PLATFORM, UpdateCategory(pots, slug=uuid4().hex))

    await remove_category(PLATFORM, RemoveCategory(pots, expected_version=2))

    assert await categories_by_id([pots], ["en"]) == {}
    assert await every_text([pots]) == {}
    assert await category_id_by_slug(former) is None


async def test_a_category_with_something_in_it_stays() -> None:
    goods = await some_goods()
    home: UUID = await value("SELECT category_id FROM product WHERE id = $1", goods.product_id)
    top = await a_category("Top")
    await run("UPDATE category SET parent_id = $2 WHERE id = $1", home, top)

    with pytest.raises(CategoryInUse) as of_products:
        await remove_category(PLATFORM, RemoveCategory(home))
    with pytest.raises(CategoryInUse) as of_categories:
        await remove_category(PLATFORM, RemoveCategory(top))

    assert (of_products.value.categories, of_products.value.products) == (0, 1)
    assert (of_categories.value.categories, of_categories.value.products) == (1, 0)


async def test_the_whole_tree_is_read_by_one_statement_each_before_those_below_it(shop: Settings) -> None:
    top = await a_category("Top")
    below = [await a_category(name, parent_id=top) for name in ("B", "A")]
    deeper = await a_category("C", parent_id=below[0])

    async with counted_statements(shop) as statements:
        found = [one.id for one in await categories(["en"])]

    mine = [one for one in found if one in {top, deeper, *below}]
    assert mine == [top, below[0], deeper, below[1]]
    assert len(statements) == 1
