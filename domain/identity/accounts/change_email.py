"""Another address for an account, once both the old and the new one have confirmed it."""

from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from domain.audit.record import record
from domain.identity.accounts.mail_links import MailLinkFacts, new_mail_link, read_mail_link, use_mail_link
from domain.identity.accounts.prove_password import prove_own_password, prove_password
from domain.identity.accounts.rules import checked_email, email_key
from domain.identity.email_lookup import email_hash
from domain.identity.errors import LinkInvalid
from domain.identity.events import EmailChanged, EmailChangeRequested
from domain.identity.personal import person_key
from domain.identity.sessions.sessions import end_sessions_of
from domain.identity.sessions.throttle import throttle
from domain.shared.clock import now
from domain.shared.database import row, run, value
from domain.shared.errors import InvalidInput, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class ChangeEmail:
    new_email: str = field(repr=False)
    password: str = field(repr=False)
    key: str | None = None


@dataclass(frozen=True)
class ConfirmEmailChange:
    token: str = field(repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Change:
    """What is stored, and so without the password."""

    email: str = field(repr=False)
    email_hash: str
    key: str | None


async def request_email_change(viewer: Viewer, command: ChangeEmail) -> None:
    """Let a link go to the old and to the new address. An earlier change that is not complete is given up.

    Whether the new address has an account is not looked up here; whoever sends the mails does. Raises NotSignedIn,
    NotAllowed, SecondFactorNeeded, InvalidInput, WrongCredentials, TooManyAttempts, IdempotencyKeyReused, or Busy.
    """
    address = checked_email(command.new_email, field="newEmail")
    change = _Change(address, await email_hash(email_key(address) or ""), command.key)
    await prove_own_password(viewer, command.password)
    await throttle("mail", account=change.email_hash)
    await _request(viewer, change)


@use_case
async def _request(viewer: Viewer, change: _Change) -> None:
    user_id, change_id = viewer.signed_in(), new_id()
    if await replayed(viewer, "requestEmailChange", change, change_id):
        return
    await value("SELECT id FROM users WHERE id = $1 FOR UPDATE", user_id)
    await run("DELETE FROM email_change WHERE user_id = $1 AND done_at IS NULL", user_id)
    await _insert(viewer, change_id, change)
    await new_mail_link("change_email_old", subject_id=change_id)
    await new_mail_link("change_email_new", subject_id=change_id, email_hash=change.email_hash)
    await record(viewer, "requestEmailChange", subject=("user", user_id), after={"change": change_id})
    await emit(EmailChangeRequested(subject_id=change_id, sequence=1))


async def _insert(viewer: Viewer, change_id: UUID, change: _Change) -> None:
    user_id = viewer.signed_in()
    key = await person_key(user_id)
    if key is None:
        raise not_found("User", user_id)
    await run(
        """INSERT INTO email_change (id, user_id, session_id, old_email_sealed, new_email_hash, new_email_sealed,
                                     created_at)
           SELECT $1, id, $3, email_sealed, $4, $5, $6 FROM users WHERE id = $2""",
        change_id,
        user_id,
        viewer.session_id,
        change.email_hash,
        key.seal(change.email, "email"),
        now(),
    )


async def confirm_email_change(viewer: Viewer, command: ConfirmEmailChange) -> bool:
    """Whether the change is complete: the other address may still have to confirm.

    The link to the new address takes a session of the person who asked, or their password: who reads the mail there may
    be somebody else, whom a careless click is not to make the holder of a stranger's account. Once complete, every
    device but the one that asked for it is signed out. When the new address has got an account meanwhile, the change never
    completes. Raises LinkInvalid; InvalidInput (rule "required") when the password is missing, WrongCredentials,
    TooManyAttempts, or Busy.
    """
    await _prove_owner(viewer, command)
    try:
        return await _confirm(command.token)
    except asyncpg.UniqueViolationError:
        raise LinkInvalid from None


async def _prove_owner(viewer: Viewer, command: ConfirmEmailChange) -> None:
    link = await read_mail_link(command.token, "change_email_old", "change_email_new")
    owner = await row(
        "SELECT u.id, u.password_hash FROM email_change c JOIN users u ON u.id = c.user_id WHERE c.id = $1",
        link.subject_id,
    )
    if owner is None:
        raise LinkInvalid
    if link.purpose == "change_email_old" or viewer.user_id == owner["id"]:
        return
    if command.password is None:
        raise InvalidInput(field="password", rule="required")
    await prove_password(command.password, owner["password_hash"], account=str(link.subject_id))


@use_case
async def _confirm(token: str) -> bool:
    link = await use_mail_link(token, "change_email_old", "change_email_new")
    change = await _confirmed(link)
    if not change["complete"]:
        await record(Viewer(user_id=change["user_id"]), "confirmEmailChange", subject=("user", change["user_id"]))
        return False
    await _complete(change)
    return True


async def _confirmed(link: MailLinkFacts) -> asyncpg.Record:
    """The change with this confirmation on it. The person is locked first, so that nobody changes them meanwhile."""
    await value(
        """SELECT id FROM users WHERE id = (SELECT user_id FROM email_change WHERE id = $1) FOR UPDATE""",
        link.subject_id,
    )
    found = await row(
        """UPDATE email_change SET
             old_confirmed_at = CASE WHEN $2 = 'change_email_old' THEN $3 ELSE old_confirmed_at END,
             new_confirmed_at = CASE WHEN $2 = 'change_email_new' THEN $3 ELSE new_confirmed_at END
           WHERE id = $1 AND done_at IS NULL
           RETURNING id, user_id, session_id, new_email_hash, new_email_sealed,
             old_confirmed_at IS NOT NULL AND new_confirmed_at IS NOT NULL AS complete""",
        link.subject_id,
        link.purpose,
        now(),
    )
    if found is None:
        raise LinkInvalid
    return found


async def _complete(change: asyncpg.Record) -> None:
    user_id: UUID = change["user_id"]
    version: int | None = await value(
        """UPDATE users SET email_hash = $2, email_sealed = $3, version = version + 1
           WHERE id = $1 AND suspended_at IS NULL AND erased_at IS NULL RETURNING version""",
        user_id,
        change["new_email_hash"],
        change["new_email_sealed"],
    )
    if version is None:
        raise LinkInvalid
    await run("UPDATE email_change SET done_at = $2 WHERE id = $1", change["id"], now())
    viewer = Viewer(user_id=user_id)
    await end_sessions_of(viewer, user_id, "email_changed", except_session=change["session_id"])
    await record(viewer, "changeEmail", subject=("user", user_id), after={"change": change["id"], "version": version})
    await emit(EmailChanged(subject_id=change["id"], sequence=2))
