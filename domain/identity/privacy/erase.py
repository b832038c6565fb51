"""Making the platform forget a person: their key is destroyed, and all that is theirs alone goes, in one transaction.

Orders, payments, receipts and the audit chain stay and add up as before: they know the person by an id, behind which
nobody stands any more. What other contexts have to say and to delete is done by functions that the caller passes in,
since this context knows of none above it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from domain.audit.record import record
from domain.channels.known import sold_currencies
from domain.identity.access.rights import require_other_administrator
from domain.identity.events import ErasureRefused, UserErased
from domain.identity.personal import destroy_person_key
from domain.identity.privacy.end_copies import end_copies
from domain.identity.privacy.privacy_requests import (
    RequestFacts,
    RequestKind,
    RequestState,
    add_request,
    close_request,
    waiting_request,
)
from domain.identity.privacy.seen import seen_since
from domain.identity.queries import UserFacts, user
from domain.identity.sessions.cutoffs import cut_off
from domain.shared.clock import now
from domain.shared.database import row, rows, run, value
from domain.shared.errors import DomainError, not_found
from domain.shared.idempotency import forget_keys_of
from domain.shared.ids import new_id
from domain.shared.inbox import first_time
from domain.shared.outbox import emit
from domain.shared.settings import settings
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM

CONSUMER = "erase_person"
LOG_ERASURE = "log_erasure"
ACTIVE_AGAIN = "ACTIVE_AGAIN"
"""Why the platform does not erase somebody who was inactive and is not any more."""
Obstacle = Callable[[UUID], Awaitable[None]]
"""Raises the refusal while the person cannot be erased."""
Eraser = Callable[[UUID], Awaitable[None]]
"""Deletes what one context keeps of the person alone, in the transaction of the erasure."""
Buyers = Callable[[Sequence[UUID], datetime], Awaitable[set[UUID]]]
"""Which of some people have bought since a moment, or wait for what they bought."""

_BETWEEN = timedelta(days=1)
"""More than passes between looking who is inactive and storing the request; nothing to the years that it takes."""
_log = structlog.get_logger()


@dataclass(frozen=True)
class Others:
    """What the contexts above have to say and to do."""

    obstacles: Sequence[Obstacle]
    erasers: Sequence[Eraser]
    buyers: Buyers


@use_case
async def erase_person(event_id: UUID, request_id: UUID, others: Others) -> UserFacts | None:
    """Carry the request out, or refuse it when something came in the way since it was made. Again changes nothing.

    Returns who they were, to tell them: from the commit on this is known nowhere else. None: nobody was erased.
    Who writes an order at the same moment waits for the lock on the person, or is waited for and found.
    """
    if not await first_time(CONSUMER, event_id):
        return None
    request = await waiting_request(request_id, RequestKind.ERASURE)
    if request is None:
        return None
    reason = await _obstacle(request, others)
    if reason is not None:
        await close_request(request_id, RequestState.REFUSED, reason=reason)
        await record(PLATFORM, "refuseErasure", subject=("user", request.person_id), after={"reason": reason})
        await emit(ErasureRefused(subject_id=request_id, sequence=2, reason=reason))
        return None
    person = await user(request.person_id)
    await _erase(request_id, request.person_id, others.erasers)
    return person


@use_case
async def erase_again(person_id: UUID, others: Others) -> bool:
    """Erase, for the platform, somebody who had been erased and whom a restored backup brought back.

    False for who is erased already. Raises NotFound for somebody unknown, LastAdministrator, and what the obstacles raise.
    """
    await require_other_administrator(person_id)
    is_there = await value("SELECT erased_at IS NULL FROM users WHERE id = $1 FOR UPDATE", person_id)
    if is_there is None:
        raise not_found("User", person_id)
    if not is_there:
        return False
    for require in others.obstacles:
        await require(person_id)
    request_id = new_id()
    await add_request(PLATFORM, request_id, person_id, RequestKind.ERASURE)
    await _erase(request_id, person_id, others.erasers)
    return True


async def log_erasure(event_id: UUID, person_id: UUID) -> None:
    """For user.erased: say in the logs who was erased and when, by id. A backup from before knows nothing of it.

    At least once, for it is logged before the event is settled.
    """
    erased_at = await value("SELECT erased_at FROM users WHERE id = $1", person_id) or now()  # guests go with their row
    _log.info("person erased", person_id=str(person_id), erased_at=erased_at.isoformat())
    await _settle(event_id)


@use_case
async def _settle(event_id: UUID) -> None:
    await first_time(LOG_ERASURE, event_id)


async def _obstacle(request: RequestFacts, others: Others) -> str | None:
    """The code of the refusal. From here on nothing can be written that belongs to the person."""
    person_id = request.person_id
    try:
        await require_other_administrator(person_id)
        await row("SELECT id FROM users WHERE id = $1 FOR UPDATE", person_id)
        for require in others.obstacles:
            await require(person_id)
    except DomainError as refusal:
        return refusal.code
    if request.requested_by is None and await _is_back(request, others.buyers):
        return ACTIVE_AGAIN
    return None


async def _is_back(request: RequestFacts, buyers: Buyers) -> bool:
    """Whether somebody whom nobody but the platform wants to erase is not inactive any more."""
    since = request.requested_at - _BETWEEN
    return await seen_since(request.person_id, since) or bool(await buyers([request.person_id], since))


async def _erase(request_id: UUID, person_id: UUID, erasers: Sequence[Eraser]) -> None:
    for erase in erasers:
        await erase(person_id)
    await _erase_links(person_id)
    for statement in _OWN_ROWS:
        await run(statement, person_id)
    await end_copies(person_id)
    await forget_keys_of(person_id)
    await destroy_person_key(person_id)
    version = await _blank(person_id)
    await cut_off(person_id)
    await close_request(request_id, RequestState.DONE)
    await _close_others(person_id)
    await record(PLATFORM, "erasePerson", subject=("user", person_id), after={"request_id": request_id})
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


async def _close_others(person_id: UUID) -> None:
    """Who else asked for the same has it done."""
    await run(
        """UPDATE privacy_request SET state = 'done', done_at = $2
           WHERE user_id = $1 AND kind = 'erasure' AND state = 'requested'""",
        person_id,
        now(),
    )


async def _blank(person_id: UUID) -> int:
    """Leave nothing in the person's row but that there was somebody. Returns its version."""
    found = await row(
        """UPDATE users SET email_hash = NULL, email_sealed = NULL, contact_hash = NULL, contact_sealed = NULL,
             password_hash = NULL, name_sealed = NULL, phone_sealed = NULL, tax_number_sealed = NULL, country = NULL,
             external_id = NULL, language = $2, currency = $3, invited_at = NULL, suspended_at = NULL, erased_at = $4,
             version = version + 1
           WHERE id = $1 RETURNING version""",
        person_id,
        settings().default_language,
        (await sold_currencies())[0],
        now(),
    )
    assert found is not None
    version: int = found["version"]
    return version
