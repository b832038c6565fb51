"""Asking for the password once more, for what a stolen session must not be enough for."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.identity.accounts.passwords import verify_password
from domain.identity.accounts.rules import password_key
from domain.identity.errors import WrongCredentials
from domain.identity.queries import UserFacts, user
from domain.identity.sessions.throttle import forgive, throttle
from domain.shared.database import row
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class Proved:
    """The viewer, and the hash that their password was checked against."""

    owner: UserFacts
    password_hash: str = field(repr=False)


async def prove_own_password(viewer: Viewer, password: str) -> Proved:
    """Raises NotSignedIn, NotAllowed, WrongCredentials, TooManyAttempts, or Busy.

    Guests, and people who log in without a password, are refused like those who give a wrong one.
    """
    user_id: UUID = viewer.signed_in()
    found = await row("SELECT password_hash, email_hash FROM users WHERE id = $1", user_id)
    stored: str | None = found["password_hash"] if found else None
    await prove_password(password, stored, account=(found and found["email_hash"]) or str(user_id))
    owner = await user(user_id)
    if owner is None or owner.is_suspended or stored is None:
        raise WrongCredentials
    return Proved(owner, stored)


async def prove_password(password: str, stored: str | None, *, account: str) -> None:
    """Raise WrongCredentials unless `password` made `stored`; also TooManyAttempts, counted with log-ins, or Busy."""
    await throttle("log_in", account=account)
    known = password_key(password)
    if not await verify_password(known or "", stored) or known is None:
        raise WrongCredentials
    await forgive("log_in", account=account)
