"""Signing a device in with a password."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.identity.email_lookup import email_hash
from domain.identity.errors import WrongCredentials
from domain.identity.passwords import hash_password, needs_rehash, verify_password
from domain.identity.queries import user
from domain.identity.rules import email_key, password_key
from domain.identity.sessions import Tokens, open_session
from domain.shared.database import row, run
from domain.shared.transactions import use_case


@dataclass(frozen=True)
class LogIn:
    email: str = field(repr=False)
    password: str = field(repr=False)


async def log_in(command: LogIn) -> Tokens:
    """Open a session. Raises WrongCredentials, or Busy when too many log in at once.

    An unknown address, a person without a password and a wrong password answer alike and take equally long. The hash is
    computed outside the transaction, so that no database connection waits for it.
    """
    password = password_key(command.password)
    if password is None:
        raise WrongCredentials
    found = await row(
        "SELECT id, password_hash FROM users WHERE email_hash = $1", await email_hash(email_key(command.email) or "")
    )
    stored: str | None = found["password_hash"] if found else None
    if not await verify_password(password, stored) or found is None or stored is None:
        raise WrongCredentials
    renewed = await hash_password(password) if needs_rehash(stored) else stored
    return await _open(found["id"], stored, renewed)


@use_case
async def _open(user_id: UUID, stored: str, renewed: str) -> Tokens:
    if renewed != stored:
        await run("UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2", user_id, stored, renewed)
    owner = await user(user_id)
    if owner is None:
        raise WrongCredentials
    return await open_session(owner)
