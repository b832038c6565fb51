"""The shop always keeps an administrator, also when two take the role from each other at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.identity.access.grant_roles import RevokeRole, revoke_role
from domain.identity.access.suspend import ChangeSuspension, suspend_person
from domain.identity.accounts.invite import InvitedRole, InviteStaff, invite_staff
from domain.identity.errors import LastAdministrator
from domain.shared.database import run, value
from domain.shared.errors import DomainError, NotAllowed
from domain.shared.settings import Settings
from domain.shared.viewer import Viewer
from tests.conftest import own_database
from tests.factories.authenticator import Authenticator
from tests.factories.identity import an_email
from tests.factories.people import a_person, grant
from tests.factories.roles import grant_ids, role_id
from tests.factories.second_factors import a_viewer, registered

_LEFT = """SELECT count(*) FROM role_grant g JOIN role r ON r.id = g.role_id JOIN users u ON u.id = g.user_id
           WHERE r.name = 'administrator' AND g.channel IS NULL AND g.supplier_id IS NULL AND u.suspended_at IS NULL"""


@pytest.fixture(autouse=True)
async def _empty(shop: Settings, tmp_path: Path) -> AsyncIterator[None]:
    """A shop without any administrator."""
    async with own_database(shop, tmp_path):
        yield


async def test_the_last_administrator_is_neither_revoked_nor_suspended_whoever_asks() -> None:
    last, limited = await _administrator(), await a_person("administrator", channel="main")
    (held,) = await grant_ids(last)

    with pytest.raises(LastAdministrator):
        await revoke_role(last, RevokeRole(held))
    with pytest.raises(LastAdministrator):
        await suspend_person(last, ChangeSuspension(last.signed_in()))

    await revoke_role(last, RevokeRole((await grant_ids(limited))[0]))  # one that counted for nothing
    assert await value(_LEFT) == 1


async def test_an_administrator_who_is_suspended_is_none() -> None:
    last, suspended = await _administrator(), await _administrator()
    await suspend_person(last, ChangeSuspension(suspended.signed_in()))

    with pytest.raises(LastAdministrator):
        await revoke_role(last, RevokeRole((await grant_ids(last))[0]))


async def test_another_role_of_the_last_administrator_may_be_revoked() -> None:
    last = await _administrator()
    await grant(last.signed_in(), "support")
    _, support = await grant_ids(last)

    await revoke_role(last, RevokeRole(support))

    assert len(await grant_ids(last)) == 1


async def test_who_was_invited_as_administrator_and_cannot_log_in_yet_is_none() -> None:
    last = await _administrator()
    role = InvitedRole(await role_id("administrator"))
    invited = await invite_staff(last, InviteStaff(an_email(), "Bo Berg", "en", (role,)))

    with pytest.raises(LastAdministrator):
        await suspend_person(last, ChangeSuspension(last.signed_in()))
    with pytest.raises(LastAdministrator):
        await revoke_role(last, RevokeRole((await grant_ids(last))[0]))

    await suspend_person(last, ChangeSuspension(invited))


async def test_an_administrator_who_logs_in_by_a_passkey_alone_is_one() -> None:
    last, other = await _administrator(), await _administrator()
    await registered(other, Authenticator())
    await run("UPDATE users SET password_hash = NULL WHERE id = $1", other.user_id)

    await suspend_person(last, ChangeSuspension(last.signed_in()))

    with pytest.raises(LastAdministrator):
        await suspend_person(other, ChangeSuspension(other.signed_in()))


@pytest.mark.parametrize("how", ["revoke", "suspend", "both"])
async def test_of_two_administrators_who_strike_at_each_other_at_once_one_remains(how: str) -> None:
    for _ in range(5):
        await run("DELETE FROM role_grant")
        pair = [await _administrator(), await _administrator()]

        outcomes = await asyncio.gather(
            _strike(pair[0], pair[1], "suspend" if how == "suspend" else "revoke"),
            _strike(pair[1], pair[0], "revoke" if how == "revoke" else "suspend"),
            return_exceptions=True,
        )

        refused = [one for one in outcomes if isinstance(one, BaseException)]
        assert len(refused) == 1
        assert isinstance(refused[0], NotAllowed), refused
        assert await value(_LEFT) == 1


async def test_of_two_administrators_who_lay_down_the_role_at_once_one_keeps_it() -> None:
    for _ in range(5):
        await run("DELETE FROM role_grant")
        pair = [await _administrator(), await _administrator()]

        outcomes = await asyncio.gather(*(_strike(one, one, "revoke") for one in pair), return_exceptions=True)

        refused = [one for one in outcomes if isinstance(one, DomainError)]
        assert [type(one) for one in refused] == [LastAdministrator]
        assert await value(_LEFT) == 1


async def _administrator() -> Viewer:
    """One who can log in."""
    return await a_viewer(role="administrator")


async def _strike(viewer: Viewer, at: Viewer, how: str) -> None:
    if how == "suspend":
        await suspend_person(viewer, ChangeSuspension(at.signed_in()))
    else:
        await revoke_role(viewer, RevokeRole((await grant_ids(at))[0]))
