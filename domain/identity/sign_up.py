"""Becoming a customer."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from domain.audit.record import record
from domain.identity.errors import EmailTaken
from domain.identity.events import UserSignedUp
from domain.identity.passwords import hash_password, verify_password
from domain.identity.permissions import CUSTOMER
from domain.identity.rules import (
    checked_email,
    checked_language,
    checked_name,
    checked_password,
    checked_shop_currency,
)
from domain.shared.clock import now
from domain.shared.countries import checked_country
from domain.shared.database import run, value
from domain.shared.errors import IdempotencyKeyReused
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.settings import settings
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


async def sign_up(viewer: Viewer, command: SignUp) -> UUID:
    """The id of a new customer. Raises InvalidInput, EmailTaken, IdempotencyKeyReused, or Busy.

    Two sign-ups with one address at once: one wins. The password is hashed before the transaction, so that no database
    connection waits for it. A key that comes again must come with the password that the person has: that is checked
    against the stored hash, since a fast hash of a password is kept nowhere.
    """
    checked = SignUp(
        email=checked_email(command.email),
        password=checked_password(command.password),
        name=checked_name(command.name),
        language=checked_language(command.language),
        currency=checked_shop_currency(command.currency, settings().shop_currencies),
        country=checked_country(command.country, field="country"),
        key=command.key,
    )
    made = new_id()
    user_id = await _store(viewer, made, replace(checked, password=""), await hash_password(checked.password))
    if user_id != made:
        await _require_same_password(user_id, checked)
    return user_id


@use_case
async def _store(viewer: Viewer, user_id: UUID, command: SignUp, password_hash: str) -> UUID:
    """The command comes without its password: the idempotency table would keep a fast hash of it."""
    if earlier := await replayed(viewer, "signUp", command, user_id):
        return earlier
    await _insert(user_id, command, password_hash)
    await record(
        viewer,
        "signUp",
        subject=("user", user_id),
        after={"role": CUSTOMER, "language": command.language, "currency": command.currency},
    )
    await emit(UserSignedUp(subject_id=user_id, sequence=1))
    return user_id


async def _insert(user_id: UUID, command: SignUp, password_hash: str) -> None:
    stored = await run(
        """INSERT INTO users (id, email, password_hash, name, country, language, currency, role_id, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT id FROM role WHERE name = $9), $8)
           ON CONFLICT (email) DO NOTHING""",
        user_id,
        command.email,
        password_hash,
        command.name,
        command.country,
        command.language,
        command.currency,
        now(),
        CUSTOMER,
    )
    if not stored:
        raise EmailTaken


async def _require_same_password(user_id: UUID, command: SignUp) -> None:
    stored: str | None = await value("SELECT password_hash FROM users WHERE id = $1", user_id)
    if not await verify_password(command.password, stored):
        raise IdempotencyKeyReused(key=command.key or "")
