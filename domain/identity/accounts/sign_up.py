"""Signing up: a registration that waits for its address to be confirmed."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from domain.audit.record import record
from domain.channels.known import sold_currencies
from domain.identity.accounts.mail_links import new_mail_link
from domain.identity.accounts.passwords import hash_password, verify_password
from domain.identity.accounts.rules import (
    checked_email,
    checked_language,
    checked_name,
    checked_shop_currency,
    email_key,
)
from domain.identity.accounts.strength import checked_password
from domain.identity.email_lookup import email_hash
from domain.identity.events import RegistrationStarted
from domain.identity.personal import new_person_key
from domain.identity.sessions.throttle import throttle
from domain.shared.clock import now
from domain.shared.countries import checked_country
from domain.shared.database import run, value
from domain.shared.errors import IdempotencyKeyReused
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class SignUp:
    email: str = field(repr=False)
    password: str = field(repr=False)
    name: str = field(repr=False)
    language: str
    currency: str
    country: str
    key: str | None = None


async def sign_up(viewer: Viewer, command: SignUp) -> None:
    """Store what somebody says of themselves, and let a mail go to the address. Raises InvalidInput,
    IdempotencyKeyReused, TooManyAttempts, or Busy.

    Whether the address has an account is not looked up here: the same statements run for every address, and what the
    mail says is decided by whoever sends it. A key that comes again must come with the password of the first time;
    that is checked against the stored hash, since a fast hash of a password is kept nowhere.
    """
    email, name = checked_email(command.email), checked_name(command.name)
    checked = SignUp(
        email=email,
        password=await checked_password(command.password, about=(email, name)),
        name=name,
        language=checked_language(command.language),
        currency=checked_shop_currency(command.currency, await sold_currencies()),
        country=checked_country(command.country, field="country"),
        key=command.key,
    )
    found_by = await email_hash(email_key(email) or "")
    await throttle("mail", account=found_by)
    made = new_id()
    password_hash = await hash_password(checked.password)
    stored = await _store(viewer, made, replace(checked, password=""), found_by, password_hash)
    if stored != made:
        await _require_same_password(stored, checked)


@use_case
async def _store(viewer: Viewer, made: UUID, command: SignUp, found_by: str, password_hash: str) -> UUID:
    """The command comes without its password: the idempotency table would keep a fast hash of it."""
    if earlier := await replayed(viewer, "signUp", command, made):
        return earlier
    await _insert(made, command, found_by, password_hash)
    await new_mail_link("confirm_registration", subject_id=made, email_hash=found_by)
    await record(
        viewer,
        "signUp",
        subject=("registration", made),
        after={"language": command.language, "currency": command.currency},
    )
    await emit(RegistrationStarted(subject_id=made, sequence=1))
    return made


async def _insert(made: UUID, command: SignUp, found_by: str, password_hash: str) -> None:
    key = await new_person_key(made)
    await run(
        """INSERT INTO registration (id, email_hash, email_sealed, name_sealed, password_hash, country, language,
                                     currency, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        made,
        found_by,
        key.seal(command.email, "email"),
        key.seal(command.name, "name"),
        password_hash,
        command.country,
        command.language,
        command.currency,
        now(),
    )


async def _require_same_password(made: UUID, command: SignUp) -> None:
    """A confirmed registration has become the user of its id."""
    stored: str | None = await value(
        """SELECT coalesce((SELECT password_hash FROM registration WHERE id = $1),
                           (SELECT password_hash FROM users WHERE id = $1))""",
        made,
    )
    if not await verify_password(command.password, stored):
        raise IdempotencyKeyReused(key=command.key or "")
