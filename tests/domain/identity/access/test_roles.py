from collections.abc import AsyncIterator

import pytest

from domain.identity.access import roles
from domain.identity.access.permissions import ROLES, Permission
from domain.identity.access.roles import ensure_roles, permissions_of
from domain.shared.database import run, transaction, value


@pytest.fixture
async def role() -> AsyncIterator[str]:
    await run(
        """INSERT INTO role (id, name, permissions, per_supplier, built_in, version)
           VALUES (gen_random_uuid(), 'clerk', '["orders.read"]', FALSE, FALSE, 1)"""
    )
    yield "clerk"
    await run("DELETE FROM role WHERE name = 'clerk'")


async def test_every_role_of_the_plan_is_stored_with_its_permissions() -> None:
    found = {name: await permissions_of(name) for name in ROLES}

    assert found == ROLES


async def test_the_administrator_holds_everything_and_the_customer_nothing() -> None:
    assert await permissions_of("administrator") == frozenset(Permission)
    assert await permissions_of("customer") == frozenset()


async def test_a_role_that_does_not_exist_allows_nothing() -> None:
    assert await permissions_of("emperor") == frozenset()


async def test_an_edited_role_is_kept_but_the_administrator_gets_everything_back(role: str) -> None:
    await run("""UPDATE role SET permissions = '["orders.ship"]' WHERE name = ANY($1)""", [role, "administrator"])

    async with transaction():
        await ensure_roles()

    assert await value("SELECT permissions FROM role WHERE name = $1", role) == '["orders.ship"]'
    assert await value("SELECT jsonb_array_length(permissions) FROM role WHERE name = 'administrator'") == len(
        Permission
    )


async def test_roles_are_answered_from_memory_until_they_are_due(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await permissions_of(role)
    await run("""UPDATE role SET permissions = '["orders.ship"]' WHERE name = $1""", role)

    remembered = await permissions_of(role)
    monkeypatch.setattr(roles, "REFRESH_SECONDS", 0.0)
    fresh = await permissions_of(role)

    assert (before, remembered, fresh) == (
        frozenset({"orders.read"}),
        frozenset({"orders.read"}),
        frozenset({"orders.ship"}),
    )
    assert roles.REFRESH_SECONDS <= 30


async def test_roles_are_stored_only_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="needs an open transaction"):
        await ensure_roles()
