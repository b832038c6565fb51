"""Signing a device in with a password."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.identity.accounts.passwords import hash_password, needs_rehash, verify_password
from domain.identity.accounts.rules import email_key, password_key
from domain.identity.email_lookup import email_hash
from domain.identity.errors import SecondFactorRequired, WrongCredentials
from domain.identity.factors.second_factor import factors_of
from domain.identity.queries import user
from domain.identity.sessions.log_in_attempts import open_attempt
from domain.identity.sessions.sessions import Tokens, open_session
from domain.identity.sessions.throttle import forgive, throttle
from domain.shared.database import row, run, value
from domain.shared.transactions import use_case


@dataclass(frozen=True)
class LogIn:
    email: str = field(repr=False)
    password: str = field(repr=False)


async def log_in(command: LogIn) -> Tokens:
    """Open a session. Raises WrongCredentials, SecondFactorRequired, TooManyAttempts, or Busy when too many log in at once.

    An unknown or unconfirmed address, a person without a password, suspended or erased, and a wrong password answer alike
    and take equally long; whether a second factor is asked for is told only to who has the password. The hash is computed
    outside the transaction, so that no database connection waits for it.
    """
    address = email_key(command.email)
    account = None if address is None else await email_hash(address)
    await throttle("log_in", account=account)
    password = password_key(command.password)
    if password is None:
        raise WrongCredentials
    # Again when the hash is another one by now: a log-in elsewhere may have renewed it, and a wrong one stays wrong.
    opened = await _checked(account, password) or await _checked(account, password)
    if opened is None:
        raise WrongCredentials
    await forgive("log_in", account=account)
    if isinstance(opened, SecondFactorRequired):
        raise opened
    return opened


async def _checked(account: str | None, password: str) -> Tokens | SecondFactorRequired | None:
    """None: the hash was replaced while it was checked. Raises WrongCredentials."""
    found = await row(
        """SELECT id, password_hash FROM users
           WHERE email_hash = $1 AND suspended_at IS NULL AND erased_at IS NULL AND NOT is_guest""",
        account,
    )
    stored: str | None = found["password_hash"] if found else None
    if not await verify_password(password, stored) or found is None or stored is None:
        raise WrongCredentials
    renewed = await hash_password(password) if needs_rehash(stored) else stored
    return await _open(found["id"], stored, renewed)


@use_case
async def _open(user_id: UUID, stored: str, renewed: str) -> Tokens | SecondFactorRequired | None:
    """What a second factor is asked for by must be committed, so it is returned and not raised."""
    if renewed != stored:
        await run("UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2", user_id, stored, renewed)
    unchanged = await value(
        """SELECT TRUE FROM users
           WHERE id = $1 AND password_hash = $2 AND suspended_at IS NULL AND erased_at IS NULL FOR SHARE""",
        user_id,
        renewed,
    )
    owner = await user(user_id) if unchanged else None
    if owner is None:
        return None
    factors = await factors_of(user_id)
    if factors.methods:
        return SecondFactorRequired(attempt=await open_attempt(user_id, renewed), methods=factors.methods)
    return await open_session(owner)
