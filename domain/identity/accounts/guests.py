"""People who shop without an account: a row and a key of their own, and an e-mail address that nobody has confirmed."""

from dataclasses import dataclass

from domain.audit.record import record
from domain.channels.known import sold_currencies
from domain.identity.accounts.rules import checked_email, checked_language, checked_shop_currency, email_key
from domain.identity.email_lookup import email_hash
from domain.identity.events import GuestArrived
from domain.identity.personal import PersonKey, new_person_key
from domain.identity.queries import user
from domain.identity.sessions.sessions import Tokens, open_session
from domain.identity.sessions.throttle import throttle
from domain.shared.caller import caller
from domain.shared.clock import now
from domain.shared.countries import checked_country
from domain.shared.database import run
from domain.shared.errors import InvalidInput, not_found
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import require_transaction, use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class StartGuestSession:
    language: str
    currency: str
    country: str | None = None


async def start_guest_session(command: StartGuestSession) -> Tokens:
    """A new guest on a new device. Raises InvalidInput; TooManyAttempts when too many arrive from one place."""
    checked = StartGuestSession(
        language=checked_language(command.language),
        currency=checked_shop_currency(command.currency, await sold_currencies()),
        country=None if command.country is None else checked_country(command.country, field="country"),
    )
    await throttle("guest", account=caller().network or None)
    return await _start(checked)


@use_case
async def _start(command: StartGuestSession) -> Tokens:
    guest_id = new_id()
    await new_person_key(guest_id)
    await run(
        """INSERT INTO users (id, country, language, currency, is_guest, version, created_at)
           VALUES ($1, $2, $3, $4, TRUE, 1, $5)""",
        guest_id,
        command.country,
        command.language,
        command.currency,
        now(),
    )
    await record(
        Viewer(user_id=guest_id, is_guest=True),
        "startGuestSession",
        subject=("user", guest_id),
        after={"language": command.language, "currency": command.currency, "country": command.country},
    )
    await emit(GuestArrived(subject_id=guest_id, sequence=1))
    owner = await user(guest_id)
    assert owner is not None
    return await open_session(owner, methods=())


def checked_contact(viewer: Viewer, email: str | None) -> str | None:
    """The address that a guest gives with an order. Raises InvalidInput by the rule "required" or "guests", or "email".

    None for people with an account: their orders tell nobody another address than the one that they confirmed.
    """
    if viewer.is_guest and not email:
        raise InvalidInput(field="email", rule="required")
    if not viewer.is_guest and email is not None:
        raise InvalidInput(field="email", rule="guests")
    return checked_email(email) if email else None


async def keep_contact(key: PersonKey, email: str) -> None:
    """From now on the guest with this key is reached there, and whoever confirms the address may claim the orders.

    An operation. Whoever claims at the same moment is waited for. Raises NotFound when the guest is no more.
    """
    require_transaction("keep_contact")
    kept = await run(
        """UPDATE users SET contact_hash = $2, contact_sealed = $3, version = version + 1
           WHERE id = $1 AND is_guest AND erased_at IS NULL""",
        key.person_id,
        await email_hash(email_key(email) or email),
        key.seal(email, "contact"),
    )
    if not kept:
        raise not_found("User", key.person_id)
