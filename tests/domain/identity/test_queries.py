from domain.identity.access.grants import Grant
from domain.identity.queries import get_many, user
from domain.shared.ids import new_id
from tests.factories.identity import a_user
from tests.factories.people import a_supplier


async def test_many_people_are_read_by_id_and_missing_ones_left_out() -> None:
    supplier_id = await a_supplier()
    first, second = await a_user(), await a_user(role="supplier", supplier_id=supplier_id)

    found = await get_many([second, new_id(), first])

    assert set(found) == {first, second}
    assert found[second].grants == (Grant("supplier", supplier_id=supplier_id),)
    assert found[first].grants == ()


async def test_nobody_is_found_under_an_unknown_id() -> None:
    assert await user(new_id()) is None
