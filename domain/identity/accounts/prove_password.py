"""Asking for the password once more, for what a stolen session must not be enough for."""

from dataclasses import dataclass, field
from uuid import UUID

import orjson

from domain.identity.accounts.passwords import verify_password
from domain.identity.accounts.rules import password_key
from domain.identity.errors import WrongCredentials
from domain.identity.factors.second_factor import factors_of, satisfied
from domain.identity.queries import UserFacts, user
from domain.identity.sessions.throttle import forgive, throttle
from domain.shared.database import row, value
from domain.shared.errors import SecondFactorNeeded
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class Proved:
    """The viewer, and the hash that their password was checked against."""

    owner: UserFacts
    password_hash: str = field(repr=False)


async def prove_own_password(viewer: Viewer, password: str) -> Proved:
    """Raises NotSignedIn, NotAllowed, WrongCredentials, TooManyAttempts, or Busy; SecondFactorNeeded when the person has a
    second factor that this session never showed.

    Guests, and people who log in without a password, are refused like those who give a wrong one. Counted apart from
    log-ins, by the person's id: nobody who is not signed in as them can use their tries up.
    """
    user_id: UUID = viewer.signed_in()
    await _require_second_factor(user_id, viewer.session_id)
    found = await row("SELECT password_hash FROM users WHERE id = $1", user_id)
    stored: str | None = found["password_hash"] if found else None
    await prove_password(password, stored, account=str(user_id))
    owner = await user(user_id)
    if owner is None or owner.is_suspended or stored is None:
        raise WrongCredentials
    return Proved(owner, stored)


async def prove_password(password: str, stored: str | None, *, account: str) -> None:
    """Raise WrongCredentials unless `password` made `stored`; also TooManyAttempts, or Busy.

    `account` says what the tries are counted by, within the limits of log-ins.
    """
    await throttle("log_in", account=account)
    known = password_key(password)
    if not await verify_password(known or "", stored) or known is None:
        raise WrongCredentials
    await forgive("log_in", account=account)


async def _require_second_factor(user_id: UUID, session_id: UUID | None) -> None:
    if not (await factors_of(user_id)).methods:
        return
    methods: str | None = await value("SELECT methods FROM session WHERE id = $1 AND user_id = $2", session_id, user_id)
    if methods is None or not satisfied(orjson.loads(methods)):
        raise SecondFactorNeeded
