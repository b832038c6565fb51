"""`hanse staff invite`, `hanse staff grant`: the platform lets people in itself, where no administrator can."""

import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import UUID

from rich.console import Console

from domain.identity.access.give_role import RoleToGive
from domain.identity.access.grant_roles import GrantRole, grant_role
from domain.identity.access.permissions import CUSTOMER
from domain.identity.access.roles import roles
from domain.identity.access.suppliers import supplier_id_of
from domain.identity.accounts.invite import InvitedRole, InviteStaff, invite_staff
from domain.identity.accounts.rules import checked_email, email_key
from domain.identity.errors import AccountExists
from domain.identity.queries import user_by_email
from domain.shared.errors import DomainError, InvalidInput
from domain.shared.messages import message
from domain.shared.settings import Settings, settings
from domain.shared.viewer import PLATFORM
from hanse.failures import Failure
from hanse.interruptible import run
from hanse.surroundings import prepared

_MOST_ROLES = 1_000
_OPTIONS = {"name": "--name", "language": "--language", "channel": "--channel", "supplierId": "--supplier"}
"""What the commands call the fields of their use cases."""


@dataclass(frozen=True)
class _Wanted:
    """As it was typed; what was left out is empty."""

    email: str
    role: str
    supplier: str
    channel: str
    name: str = ""
    language: str = ""


def main() -> None:
    run(_run(_COMMANDS[sys.argv[1]], _Wanted(*sys.argv[2:]), Console(highlight=False, soft_wrap=True)))


async def _run(command: Callable[[_Wanted, Settings], Awaitable[str]], wanted: _Wanted, console: Console) -> None:
    async with prepared(settings()) as known:
        try:
            told = await command(wanted, known)
        except InvalidInput as refusal:
            named = replace(refusal, field=_OPTIONS.get(refusal.field, refusal.field))
            raise Failure(message(named, "en"), os.EX_DATAERR) from refusal
        except DomainError as refusal:
            raise Failure(message(refusal, "en"), os.EX_DATAERR) from refusal
    console.print(told)


async def _invite(wanted: _Wanted, known: Settings) -> str:
    role = InvitedRole(await _role_id(wanted.role), wanted.channel or None, await _supplier_id(wanted.supplier))
    command = InviteStaff(wanted.email, wanted.name, wanted.language or known.default_language, (role,))
    try:
        await invite_staff(PLATFORM, command)
    except AccountExists as refusal:
        raise Failure(
            f"{wanted.email} has an account: `hanse staff grant` gives it the role, and who has no password yet, or lost "
            "it, asks for a new one (requestPasswordReset)",
            os.EX_DATAERR,
        ) from refusal
    return f"{wanted.email} is invited as {wanted.role}. {_where_the_mail_is(known)}"


async def _grant(wanted: _Wanted, _known: Settings) -> str:
    person = await user_by_email(email_key(checked_email(wanted.email)) or "")
    if person is None:
        raise Failure(f"{wanted.email} has no account: `hanse staff invite` makes one", os.EX_DATAERR)
    given = RoleToGive(
        person.id, await _role_id(wanted.role), wanted.channel or None, await _supplier_id(wanted.supplier)
    )
    await grant_role(PLATFORM, GrantRole(given))
    return f"{wanted.email} holds the role {wanted.role}."


async def _role_id(name: str) -> UUID:
    known = {one.name: one.id for one in await roles(PLATFORM, first=_MOST_ROLES, after=None) if one.name != CUSTOMER}
    if name not in known:
        raise Failure(f"there is no role {name!r} to give; there are {', '.join(known)}", os.EX_DATAERR)
    return known[name]


async def _supplier_id(code: str) -> UUID | None:
    if not code:
        return None
    found = await supplier_id_of(code)
    if found is None:
        raise Failure(f"there is no supplier with the code {code!r}", os.EX_DATAERR)
    return found


def _where_the_mail_is(known: Settings) -> str:
    if known.mail_url.get_secret_value():
        return "A worker sends them the mail with the link."
    return (
        f"No mail server is set (HANSE_MAIL_URL), so a worker writes the mail with the link to {known.mail_dir.resolve()}: "
        "take the newest file, and give the link to nobody else."
    )


_COMMANDS = {"invite": _invite, "grant": _grant}

if __name__ == "__main__":
    main()
