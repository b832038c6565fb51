"""Making the platform forget a person: their key is destroyed, and all that is theirs alone goes, in one transaction.

Orders, payments, receipts and the audit chain stay and add up as before: they know the person by an id, behind which
nobody stands any more. What other contexts have to delete is done by functions that the worker passes in, since this
context knows of none above it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.identity.access.rights import require_other_administrator
from domain.identity.events import ErasureRefused, UserErased
from domain.identity.personal import destroy_person_key
from domain.identity.privacy.privacy_requests import (
    RequestFacts,
    RequestKind,
    RequestState,
    close_request,
    waiting_request,
)
from domain.identity.sessions.cutoffs import cut_off
from domain.shared.clock import now
from domain.shared.database import row, rows, run
from domain.shared.errors import DomainError
from domain.shared.idempotency import forget_keys_of
from domain.shared.inbox import first_time
from domain.shared.outbox import emit
from domain.shared.settings import settings
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM

CONSUMER = "erase_person"
Obstacle = Callable[[UUID], Awaitable[None]]
"""Raises the refusal while the person cannot be erased."""
Eraser = Callable[[UUID], Awaitable[None]]
"""Deletes what one context keeps of the person alone, in the transaction of the erasure."""


@dataclass(frozen=True)
class Others:
    """What the contexts above have to say and to do."""

    obstacles: Sequence[Obstacle]
    erasers: Sequence[Eraser]


@use_case
async def erase_person(event_id: UUID, request_id: UUID, others: Others) -> None:
    """Carry the request out, or refuse it when something came in the way since it was made. Again changes nothing.

    Who writes an order at the same moment waits for the lock on the person, or is waited for and found.
    """
    if not await first_time(CONSUMER, event_id):
        return
    request = await waiting_request(request_id, RequestKind.ERASURE)
    if request is None:
        return
    reason = await _obstacle(request.person_id, others.obstacles)
    if reason is not None:
        await close_request(request_id, RequestState.REFUSED, reason=reason)
        await record(PLATFORM, "refuseErasure", subject=("user", request.person_id), after={"reason": reason})
        await emit(ErasureRefused(subject_id=request_id, sequence=2, reason=reason))
        return
    for erase in others.erasers:
        await erase(request.person_id)
    await _erase(request)


async def _obstacle(person_id: UUID, obstacles: Sequence[Obstacle]) -> str | None:
    """The code of the refusal. From here on nothing can be written that belongs to the person."""
    try:
        await require_other_administrator(person_id)
        await row("SELECT id FROM users WHERE id = $1 FOR UPDATE", person_id)
        for require in obstacles:
            await require(person_id)
    except DomainError as refusal:
        return refusal.code
    return None


async def _erase(request: RequestFacts) -> None:
    person_id = request.person_id
    await _erase_links(person_id)
    for statement in _OWN_ROWS:
        await run(statement, person_id)
    await _end_copies(person_id)
    await forget_keys_of(person_id)
    await destroy_person_key(person_id)
    version = await _blank(person_id)
    await cut_off(person_id)
    await close_request(request.id, RequestState.DONE)
    await record(PLATFORM, "erasePerson", subject=("user", person_id), after={"request_id": request.id})
    await emit(UserErased(subject_id=person_id, sequence=version))


_OWN_ROWS = (
    "DELETE FROM session WHERE user_id = $1",  # and with each its refresh tokens
    "DELETE FROM log_in_attempt WHERE user_id = $1",
    "DELETE FROM totp WHERE user_id = $1",
    "DELETE FROM recovery_code WHERE user_id = $1",
    "DELETE FROM passkey_challenge WHERE user_id = $1",
    "DELETE FROM passkey WHERE user_id = $1",
    "DELETE FROM address_entry WHERE user_id = $1",
    "DELETE FROM email_change WHERE user_id = $1",
    "DELETE FROM role_grant WHERE user_id = $1",
)


async def _erase_links(person_id: UUID) -> None:
    """Sign-ups that were never confirmed, and mailed links: the person's own, and those to their address."""
    found = await rows(
        """DELETE FROM registration WHERE id = $1 OR email_hash = (SELECT email_hash FROM users WHERE id = $1)
           RETURNING id""",
        person_id,
    )
    registrations = [one["id"] for one in found]
    for registration_id in registrations:
        await destroy_person_key(registration_id)
    await run(
        """DELETE FROM mail_link WHERE subject_id = $1 OR subject_id = ANY($2)
             OR subject_id IN (SELECT id FROM email_change WHERE user_id = $1)
             OR email_hash = (SELECT email_hash FROM users WHERE id = $1)""",
        person_id,
        registrations,
    )


async def _end_copies(person_id: UUID) -> None:
    """Files of copies expire now, and those that were asked for are not made any more."""
    await run(
        "UPDATE privacy_request SET expires_at = least(expires_at, $2) WHERE user_id = $1 AND file_path IS NOT NULL",
        person_id,
        now(),
    )
    await run(
        """UPDATE privacy_request SET state = 'refused', reason = 'ERASED', done_at = $2
           WHERE user_id = $1 AND kind = 'export' AND state = 'requested'""",
        person_id,
        now(),
    )


async def _blank(person_id: UUID) -> int:
    """Leave nothing in the person's row but that there was somebody. Returns its version."""
    found = await row(
        """UPDATE users SET email_hash = NULL, email_sealed = NULL, contact_hash = NULL, contact_sealed = NULL,
             password_hash = NULL, name_sealed = NULL, phone_sealed = NULL, tax_number_sealed = NULL, country = NULL,
             external_id = NULL, language = $2, currency = $3, suspended_at = NULL, erased_at = $4, version = version + 1
           WHERE id = $1 RETURNING version""",
        person_id,
        settings().default_language,
        settings().shop_currencies[0],
        now(),
    )
    assert found is not None
    version: int = found["version"]
    return version
