from typing import Any
from uuid import uuid4

import pytest

from domain.identity.access.edit_suppliers import CreateSupplier, UpdateSupplier, create_supplier, update_supplier
from domain.identity.access.suppliers import suppliers, suppliers_by_id
from domain.identity.errors import SupplierExists
from domain.shared.database import value
from domain.shared.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS
from tests.factories.people import a_person, a_supplier
from tests.factories.roles import a_person_with


async def test_a_supplier_is_added_once_per_code() -> None:
    manager, command = await a_person("catalogue_manager"), _create()

    made = await create_supplier(manager, command)
    with pytest.raises(SupplierExists) as refused:
        await create_supplier(manager, command)

    found = (await suppliers_by_id(manager, [made]))[made]
    assert (found.code, found.name, found.country, found.version) == (command.code, "Nordwind Keramik", "DE", 1)
    assert refused.value.supplier_code == command.code
    assert await value("SELECT kind FROM event WHERE subject_id = $1", made) == "supplier.created"


async def test_what_is_left_out_of_a_change_stays() -> None:
    manager = await a_person("catalogue_manager")
    made = await create_supplier(manager, _create())

    await update_supplier(manager, UpdateSupplier(made, country="SE", expected_version=1))

    found = (await suppliers_by_id(manager, [made]))[made]
    assert (found.name, found.country, found.version) == ("Nordwind Keramik", "SE", 2)
    with pytest.raises(StaleVersion) as refused:
        await update_supplier(manager, UpdateSupplier(made, name="Later", expected_version=1))
    assert (refused.value.expected, refused.value.current) == (1, 2)


async def test_the_same_key_twice_adds_one_supplier() -> None:
    manager, command = await a_person("catalogue_manager"), _create(key=str(uuid4()))

    assert await create_supplier(manager, command) == await create_supplier(manager, command)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "Nord Wind"}, "code"),
        ({"name": "  "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"country": "XX"}, "country"),
    ],
)
async def test_bad_input_names_its_field(changed: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await create_supplier(await a_person("catalogue_manager"), _create(**changed))

    assert refused.value.field == field


async def test_a_suppliers_people_see_their_own_supplier_and_no_other() -> None:
    own, foreign = await a_supplier(), await a_supplier()
    member = await a_person("supplier", supplier_id=own)

    listed = [one.id for one in await suppliers(member, first=100, after=None)]

    assert listed == [own]
    assert (await suppliers_by_id(member, [own, foreign])).keys() == {own}


async def test_who_is_limited_to_a_channel_sees_no_supplier_and_who_has_no_right_is_refused() -> None:
    await a_supplier()

    assert await suppliers(await a_person("support", channel="main"), first=100, after=None) == []
    with pytest.raises(NotAllowed):
        await suppliers(await a_person(), first=100, after=None)
    with pytest.raises(NotSignedIn):
        await suppliers(ANONYMOUS, first=100, after=None)


async def test_who_manages_one_supplier_changes_that_one_and_knows_of_no_other() -> None:
    own, foreign = await a_supplier(), await a_supplier()
    member = await a_person_with("suppliers.read", "suppliers.write", supplier_id=own)

    await update_supplier(member, UpdateSupplier(own, name="Renamed"))
    with pytest.raises(NotFound):
        await update_supplier(member, UpdateSupplier(foreign, name="Taken over"))
    with pytest.raises(NotAllowed):
        await create_supplier(member, _create())

    assert (await suppliers_by_id(member, [own]))[own].name == "Renamed"


async def test_who_only_reads_changes_nothing() -> None:
    own = await a_supplier()

    for viewer in (await a_person("support"), await a_person("supplier", supplier_id=own)):
        with pytest.raises(NotAllowed):
            await update_supplier(viewer, UpdateSupplier(own, name="Renamed"))
    with pytest.raises(NotFound):
        await update_supplier(await a_person("catalogue_manager"), UpdateSupplier(new_id(), name="Nobody"))


def _create(**changes: Any) -> CreateSupplier:
    return CreateSupplier(**{"code": f"s-{uuid4().hex}", "name": "Nordwind Keramik", "country": "DE", **changes})
