"""Letting somebody in who did not ask: staff, with the roles that they are to hold."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from domain.audit.record import record
from domain.channels.known import sold_currencies
from domain.identity.access.give_role import RoleToGive, give_role, touch_person
from domain.identity.access.permissions import Permission
from domain.identity.access.rights import rights_now
from domain.identity.accounts.mail_links import new_mail_link, read_mail_link, use_mail_link
from domain.identity.accounts.passwords import hash_password
from domain.identity.accounts.rules import checked_email, checked_language, checked_name, email_key
from domain.identity.accounts.strength import checked_password
from domain.identity.email_lookup import email_hash
from domain.identity.errors import AccountExists, LinkInvalid
from domain.identity.events import UserInvited, UserSignedUp
from domain.identity.personal import new_person_key
from domain.identity.queries import user
from domain.identity.sessions.throttle import throttle
from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.errors import InvalidInput, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class InvitedRole:
    """Everywhere, or only in one channel, for one supplier, or for one supplier in one channel."""

    role_id: UUID
    channel: str | None = None
    supplier_id: UUID | None = None


@dataclass(frozen=True)
class InviteStaff:
    email: str = field(repr=False)
    name: str = field(repr=False)
    language: str
    roles: tuple[InvitedRole, ...]
    key: str | None = None


@dataclass(frozen=True)
class ResendInvitation:
    person_id: UUID
    key: str | None = None


@dataclass(frozen=True)
class AcceptInvitation:
    token: str = field(repr=False)
    password: str = field(repr=False)


async def invite_staff(viewer: Viewer, command: InviteStaff) -> UUID:
    """The id of the new person, who holds the roles and gets a mail, and logs in once they have chosen a password.

    Nobody gives what they do not hold. Raises what `give_role` raises, InvalidInput, AccountExists, TooManyAttempts,
    IdempotencyKeyReused.
    """
    viewer.require(Permission.PEOPLE_WRITE)
    if not command.roles:
        raise InvalidInput(field="roles", rule="required")
    checked = replace(
        command,
        email=checked_email(command.email),
        name=checked_name(command.name),
        language=checked_language(command.language),
    )
    found_by = await email_hash(email_key(checked.email) or "")
    await throttle("mail", account=found_by)
    return await _invite(viewer, checked, found_by)


async def resend_invitation(viewer: Viewer, command: ResendInvitation) -> UUID:
    """Let another mail go to somebody who was invited and has not accepted; only its link works from then on.

    Raises NotSignedIn, NotAllowed, NotFound, TooManyAttempts, IdempotencyKeyReused.
    """
    viewer.require(Permission.PEOPLE_WRITE)
    await throttle("mail", account=str(command.person_id))
    return await _resend(viewer, command)


async def accept_invitation(command: AcceptInvitation) -> UUID:
    """Whose account it is. They may log in now. Raises LinkInvalid, InvalidInput, or Busy."""
    link = await read_mail_link(command.token, "accept_invitation")
    invited = None if link.subject_id is None else await user(link.subject_id)
    if invited is None:
        raise LinkInvalid
    password = await checked_password(command.password, about=(invited.email or "", invited.name or ""))
    return await _accept(command.token, invited.id, await hash_password(password))


@use_case
async def _invite(viewer: Viewer, command: InviteStaff, found_by: str) -> UUID:
    (await rights_now(viewer)).require(Permission.PEOPLE_WRITE)
    user_id = new_id()
    if earlier := await replayed(viewer, "inviteStaff", command, user_id):
        return earlier
    await _insert(user_id, command, found_by)
    await record(viewer, "inviteStaff", subject=("user", user_id), after={"language": command.language})
    for role in command.roles:
        await give_role(viewer, RoleToGive(user_id, role.role_id, role.channel, role.supplier_id))
    await _send(user_id)
    return user_id


async def _insert(user_id: UUID, command: InviteStaff, found_by: str) -> None:
    key = await new_person_key(user_id)
    stored = await run(
        """INSERT INTO users (id, email_hash, email_sealed, name_sealed, language, currency, is_guest, version, created_at,
                              invited_at)
           VALUES ($1, $2, $3, $4, $5, $6, FALSE, 1, $7, $7) ON CONFLICT (email_hash) DO NOTHING""",
        user_id,
        found_by,
        key.seal(command.email, "email"),
        key.seal(command.name, "name"),
        command.language,
        (await sold_currencies())[0],
        now(),
    )
    if not stored:
        raise AccountExists(user_id=await value("SELECT id FROM users WHERE email_hash = $1", found_by))


@use_case
async def _resend(viewer: Viewer, command: ResendInvitation) -> UUID:
    (await rights_now(viewer)).require(Permission.PEOPLE_WRITE)
    person_id = command.person_id
    if await replayed(viewer, "resendInvitation", command, person_id):
        return person_id
    if not await _is_invited(person_id):
        raise not_found("Invitation", person_id)
    await run(
        "UPDATE mail_link SET used_at = $2 WHERE subject_id = $1 AND purpose = 'accept_invitation' AND used_at IS NULL",
        person_id,
        now(),
    )
    await record(viewer, "resendInvitation", subject=("user", person_id))
    await _send(person_id)
    return person_id


async def _send(user_id: UUID) -> None:
    await new_mail_link("accept_invitation", subject_id=user_id)
    await emit(UserInvited(subject_id=user_id, sequence=await touch_person(user_id)))


@use_case
async def _accept(token: str, user_id: UUID, password_hash: str) -> UUID:
    """Raises LinkInvalid for somebody who is suspended, or has a password by another way meanwhile."""
    invited = await _is_invited(user_id)
    await use_mail_link(token, "accept_invitation")
    if not invited:
        raise LinkInvalid
    version = await value(
        """UPDATE users SET password_hash = $2, invited_at = NULL, version = version + 1 WHERE id = $1
           RETURNING version""",
        user_id,
        password_hash,
    )
    await record(Viewer(user_id=user_id), "acceptInvitation", subject=("user", user_id))
    await emit(UserSignedUp(subject_id=user_id, sequence=version))
    return user_id


async def _is_invited(person_id: UUID) -> bool:
    """Whether somebody waits to choose their first password. Locks them."""
    found: UUID | None = await value(
        """SELECT id FROM users WHERE id = $1 AND invited_at IS NOT NULL AND suspended_at IS NULL AND erased_at IS NULL
           FOR UPDATE""",
        person_id,
    )
    return found is not None
