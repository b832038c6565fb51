from typing import Any
from uuid import uuid4

import pytest

from domain.identity.access import roles
from domain.identity.access.edit_roles import CreateRole, RemoveRole, UpdateRole, create_role, remove_role, update_role
from domain.identity.access.roles import permissions_of, roles_by_id
from domain.identity.errors import CannotGrant, RoleExists, RoleFixed, RoleInUse
from domain.shared.database import value
from domain.shared.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS, Viewer
from tests.factories.people import a_person
from tests.factories.roles import a_person_with, a_role, hold, role_id


async def test_a_role_is_made_of_permissions_that_its_author_holds() -> None:
    author = await a_person_with("roles.write", "orders.read", "orders.ship")

    made = await create_role(author, _create(permissions=("orders.ship", "orders.read", "orders.ship")))

    found = (await roles_by_id([made]))[made]
    assert (found.permissions, found.per_supplier, found.built_in, found.version) == (
        ("orders.read", "orders.ship"),
        False,
        False,
        1,
    )
    assert await value("SELECT count(*) FROM event WHERE kind = 'role.created' AND subject_id = $1", made) == 1


async def test_a_role_is_not_made_of_what_its_author_does_not_hold_or_holds_within_a_limit_only() -> None:
    author = await a_person_with("roles.write")
    await hold(author, "orders.read", channel="main")

    with pytest.raises(CannotGrant) as refused:
        await create_role(author, _create(permissions=("orders.read", "orders.refund")))

    assert refused.value.permissions == ("orders.read", "orders.refund")


async def test_nobody_adds_to_a_role_that_they_hold_themselves() -> None:
    author = await a_person_with("roles.write")
    held = await value("SELECT role_id FROM role_grant WHERE user_id = $1", author.user_id)

    with pytest.raises(CannotGrant) as refused:
        await update_role(author, UpdateRole(held, ("roles.write", "orders.refund")))

    assert refused.value.permissions == ("orders.refund",)
    assert (await roles_by_id([held]))[held].permissions == ("roles.write",)


async def test_nobody_takes_from_a_role_what_they_do_not_hold() -> None:
    author, stronger = await a_person_with("roles.write", "orders.read"), await a_role("orders.read", "orders.refund")

    for change in (update_role(author, UpdateRole(stronger, ())), remove_role(author, RemoveRole(stronger))):
        with pytest.raises(CannotGrant) as refused:
            await change
        assert refused.value.permissions == ("orders.refund",)


async def test_an_edited_role_allows_the_new_set_as_soon_as_memory_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    administrator = await a_person("administrator")
    made = await create_role(administrator, command := _create(permissions=("orders.read",)))
    before = await permissions_of(command.name)

    await update_role(administrator, UpdateRole(made, ("orders.ship",), expected_version=1))

    monkeypatch.setattr(roles, "REFRESH_SECONDS", 0.0)
    assert (before, await permissions_of(command.name)) == (frozenset({"orders.read"}), frozenset({"orders.ship"}))
    assert (await roles_by_id([made]))[made].version == 2
    assert await value("SELECT before FROM audit_entry WHERE action = 'updateRole' AND subject_id = $1", made) == (
        '{"permissions":["orders.read"]}'
    )


async def test_a_stale_edit_is_refused_with_the_current_version() -> None:
    administrator, role = await a_person("administrator"), await a_role("orders.read")
    await update_role(administrator, UpdateRole(role, ()))

    for change in (
        update_role(administrator, UpdateRole(role, ("orders.ship",), expected_version=1)),
        remove_role(administrator, RemoveRole(role, expected_version=1)),
    ):
        with pytest.raises(StaleVersion) as refused:
            await change
        assert (refused.value.expected, refused.value.current) == (1, 2)


@pytest.mark.parametrize("name", ["administrator", "customer"])
async def test_the_administrators_and_the_customers_rights_are_not_edited(name: str) -> None:
    with pytest.raises(RoleFixed):
        await update_role(await a_person("administrator"), UpdateRole(await role_id(name), ("orders.read",)))


async def test_built_in_roles_are_not_removed_and_granted_ones_neither() -> None:
    administrator, granted = await a_person("administrator"), await a_role("orders.read")
    person = await a_person_with("orders.read")
    held = await value("SELECT role_id FROM role_grant WHERE user_id = $1", person.user_id)

    with pytest.raises(RoleFixed):
        await remove_role(administrator, RemoveRole(await role_id("analyst")))
    with pytest.raises(RoleInUse):
        await remove_role(administrator, RemoveRole(held))
    await remove_role(administrator, RemoveRole(granted))

    assert await roles_by_id([granted]) == {}


async def test_removing_again_under_the_same_key_is_answered_and_without_it_the_role_is_unknown() -> None:
    administrator, role, key = await a_person("administrator"), await a_role(), str(uuid4())
    await remove_role(administrator, RemoveRole(role, key=key))

    assert await remove_role(administrator, RemoveRole(role, key=key)) == role
    with pytest.raises(NotFound):
        await remove_role(administrator, RemoveRole(role))


@pytest.mark.parametrize("name", ["", "Clerk", "1clerk", "clerk of the court", "a" * 61, "clerk\n", "ärger"])
async def test_a_role_has_a_plain_name(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await create_role(await a_person("administrator"), _create(name=name))

    assert (refused.value.field, refused.value.rule) == ("name", "characters")


async def test_a_permission_must_exist() -> None:
    with pytest.raises(InvalidInput) as refused:
        await create_role(await a_person("administrator"), _create(permissions=("orders.eat",)))

    assert (refused.value.field, refused.value.rule) == ("permissions", "oneOf")
    assert "orders.read" in refused.value.limit


async def test_a_name_is_taken_once() -> None:
    administrator, command = await a_person("administrator"), _create()
    await create_role(administrator, command)

    for name in (command.name, "support"):
        with pytest.raises(RoleExists):
            await create_role(administrator, _create(name=name))


async def test_who_may_not_change_roles_everywhere_edits_none() -> None:
    limited = await a_person_with("roles.write", channel="main")
    application = Viewer(application_id=new_id(), permissions=frozenset({"roles.write"}))

    for viewer, refusal in (
        (await a_person("support"), NotAllowed),
        (limited, NotAllowed),
        (application, NotAllowed),
        (ANONYMOUS, NotSignedIn),
    ):
        for change in (
            create_role(viewer, _create()),
            update_role(viewer, UpdateRole(new_id(), ())),
            remove_role(viewer, RemoveRole(new_id())),
        ):
            with pytest.raises(refusal):
                await change


def _create(**changes: Any) -> CreateRole:
    return CreateRole(**{"name": f"role_{uuid4().hex}", "permissions": (), **changes})
