"""A new password for somebody who reads the mail of the account's address."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.audit.record import record
from domain.identity.accounts.mail_links import new_mail_link, read_mail_link, use_mail_link
from domain.identity.accounts.passwords import hash_password
from domain.identity.accounts.rules import checked_email, email_key
from domain.identity.accounts.set_password import set_password
from domain.identity.accounts.strength import checked_password
from domain.identity.email_lookup import email_hash
from domain.identity.errors import LinkInvalid
from domain.identity.events import PasswordResetRequested
from domain.identity.factors.recent_factors import remove_recent_factors
from domain.identity.queries import UserFacts, user
from domain.identity.sessions.throttle import throttle
from domain.shared.database import value
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class ResetPassword:
    token: str = field(repr=False)
    new_password: str = field(repr=False)


async def request_password_reset(viewer: Viewer, email: str) -> None:
    """Let a mail with a link go to the address, if it has an account. Raises InvalidInput, or TooManyAttempts.

    Nobody is looked up here: the same statements run for every address.
    """
    found_by = await email_hash(email_key(checked_email(email)) or "")
    await throttle("mail", account=found_by)
    await _request(viewer, found_by)


@use_case
async def _request(viewer: Viewer, found_by: str) -> None:
    link_id = await new_mail_link("reset_password", email_hash=found_by)
    await record(viewer, "requestPasswordReset", subject=("mail_link", link_id))
    await emit(PasswordResetRequested(subject_id=link_id, sequence=1))


async def reset_password(command: ResetPassword) -> UUID:
    """Whose password it is. Every device is signed out. Raises LinkInvalid, InvalidInput, TooManyAttempts, or Busy.

    A password that is refused leaves the link usable. Second factors stay, so that whoever only reads the mail does not
    get past them; except those of the last days (`remove_recent_factors`), which may be the ones of an intruder. Suspended
    people stay outside.
    """
    link = await read_mail_link(command.token, "reset_password")
    owner = await _owner(link.email_hash)
    password = await checked_password(
        command.new_password, about=(owner.email or "", owner.name or ""), field="newPassword"
    )
    return await _reset(command.token, owner.id, await hash_password(password))


async def _owner(found_by: str | None) -> UserFacts:
    user_id: UUID | None = await value("SELECT id FROM users WHERE email_hash = $1", found_by)
    owner = None if user_id is None else await user(user_id)
    if owner is None or owner.is_suspended:
        raise LinkInvalid
    return owner


@use_case
async def _reset(token: str, user_id: UUID, password_hash: str) -> UUID:
    """The person is locked before the link, as wherever both are changed."""
    found_by: str | None = await value(
        "SELECT email_hash FROM users WHERE id = $1 AND suspended_at IS NULL FOR UPDATE", user_id
    )
    link = await use_mail_link(token, "reset_password")
    if found_by is None or found_by != link.email_hash:
        raise LinkInvalid
    owner = Viewer(user_id=user_id)
    await remove_recent_factors(owner)
    await set_password(owner, user_id, password_hash, action="resetPassword")
    return user_id
