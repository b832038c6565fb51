"""Agreeing to a text, taking that back, and objecting without ever having agreed. Each is a row of its own: what somebody
said when is never rewritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.audit.record import record
from domain.identity.accounts.rules import checked_language
from domain.identity.errors import ConsentNeeded, ConsentNotGiven
from domain.identity.events import ConsentGiven, ConsentWithdrawn
from domain.identity.privacy.consent_texts import require_in_force, text_in_force
from domain.identity.privacy.purposes import Purpose
from domain.shared.clock import now
from domain.shared.database import row, rows, run, value
from domain.shared.errors import NotSignedIn
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import require_transaction, use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class ConsentFacts:
    """`language` is that of the text that was shown; an objection is to the text in force, in the person's language."""

    id: UUID
    user_id: UUID
    purpose: Purpose
    text_version: str
    language: str
    given: bool
    at: datetime


@dataclass(frozen=True)
class GiveConsent:
    purpose: Purpose
    text_version: str
    language: str
    key: str | None = None


@dataclass(frozen=True)
class WithdrawConsent:
    purpose: Purpose
    key: str | None = None


@use_case
async def give_consent(viewer: Viewer, command: GiveConsent) -> UUID:
    """The id of the row that says so: the one before where that text was agreed to already.

    Raises NotSignedIn, NotAllowed, ConsentTextUnknown, ConsentTextOutdated, InvalidInput, IdempotencyKeyReused.
    """
    user_id, consent_id = viewer.signed_in(), new_id()
    checked_language(command.language)
    if earlier := await replayed(viewer, "giveConsent", command, consent_id):
        return earlier
    require_in_force(command.purpose, command.text_version)
    await _hold_still(user_id)
    newest = await _newest(user_id, command.purpose)
    if newest is not None and newest.given and newest.text_version == command.text_version:
        return newest.id
    given = ConsentFacts(
        consent_id, user_id, command.purpose, command.text_version, command.language, given=True, at=now()
    )
    await add_consent(viewer, given)
    return consent_id


@use_case
async def withdraw_consent(viewer: Viewer, command: WithdrawConsent) -> UUID:
    """The id of the row that says so. Who never agreed objects by it, to what is done unless somebody objects.

    Raises NotSignedIn, NotAllowed, ConsentNeeded for the terms, ConsentNotGiven where it was said before,
    IdempotencyKeyReused.
    """
    user_id, consent_id = viewer.signed_in(), new_id()
    if command.purpose is Purpose.TERMS:
        raise ConsentNeeded(purpose=command.purpose)
    if earlier := await replayed(viewer, "withdrawConsent", command, consent_id):
        return earlier
    language = await _hold_still(user_id)
    newest = await _newest(user_id, command.purpose)
    if newest is not None and not newest.given:
        raise ConsentNotGiven(purpose=command.purpose)
    if newest is None:
        text = text_in_force(command.purpose, language)
        version, language = text.version, text.language
    else:
        version, language = newest.text_version, newest.language
    await add_consent(
        viewer, ConsentFacts(consent_id, user_id, command.purpose, version, language, given=False, at=now())
    )
    return consent_id


async def carry_over_refusals(viewer: Viewer, guest_ids: Sequence[UUID], owner_id: UUID) -> None:
    """What a guest refused last, the owner of what the guest bought refuses too, unless the owner agreed to it since.

    An operation; all of them are locked.
    """
    require_transaction("carry_over_refusals")
    said = await consents_of([owner_id, *guest_ids])
    for purpose in Purpose:
        own = _newest_of(said.get(owner_id, []), purpose)
        newest = [_newest_of(said.get(guest_id, []), purpose) for guest_id in guest_ids]
        refused = [one for one in newest if one is not None and not one.given]
        last = max(refused, key=lambda one: one.at, default=None)
        if last is not None and (own is None or (own.given and own.at <= last.at)):
            await add_consent(viewer, replace(last, id=new_id(), user_id=owner_id, at=now()))


async def add_consent(viewer: Viewer, said: ConsentFacts) -> None:
    """Store what was said, audited and told of."""
    require_transaction("add_consent")
    await run(
        """INSERT INTO consent (id, user_id, purpose, text_version, language, given, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        said.id,
        said.user_id,
        said.purpose,
        said.text_version,
        said.language,
        said.given,
        said.at,
    )
    action, event = ("giveConsent", ConsentGiven) if said.given else ("withdrawConsent", ConsentWithdrawn)
    after = {"purpose": said.purpose, "text_version": said.text_version, "language": said.language}
    await record(viewer, action, subject=("user", said.user_id), after=after)
    await emit(event(subject_id=said.id, sequence=1, purpose=said.purpose, text_version=said.text_version))


async def consent(consent_id: UUID) -> ConsentFacts | None:
    found = await row(f"{_COLUMNS} WHERE id = $1", consent_id)
    return None if found is None else ConsentFacts(**{**found, "purpose": Purpose(found["purpose"])})


async def consents_of(user_ids: Sequence[UUID]) -> dict[UUID, list[ConsentFacts]]:
    """All that each of them ever said, newest first. One statement."""
    said: dict[UUID, list[ConsentFacts]] = {}
    for found in await rows(f"{_COLUMNS} WHERE user_id = ANY($1) ORDER BY at DESC, id DESC", list(user_ids)):
        facts = ConsentFacts(**{**found, "purpose": Purpose(found["purpose"])})
        said.setdefault(facts.user_id, []).append(facts)
    return said


async def left_out_of_learning() -> list[UUID]:
    """Whose purchases are not to be learned from: who was erased, and whose last word on it is no."""
    found: list[UUID] = await value(
        """SELECT coalesce(array_agg(id), '{}') FROM (
             SELECT id FROM users WHERE erased_at IS NOT NULL
             UNION
             SELECT user_id FROM (SELECT DISTINCT ON (user_id) user_id, given FROM consent WHERE purpose = $1
                                  ORDER BY user_id, at DESC, id DESC) newest WHERE NOT given) people""",
        Purpose.ANALYTICS,
    )
    return found


_COLUMNS = "SELECT id, user_id, purpose, text_version, language, given, at FROM consent"


async def _hold_still(user_id: UUID) -> str:
    """What one person says at the same time comes one after the other. Returns their language."""
    language: str | None = await value(
        "SELECT language FROM users WHERE id = $1 AND erased_at IS NULL FOR NO KEY UPDATE", user_id
    )
    if language is None:
        raise NotSignedIn
    return language


def _newest_of(said: Sequence[ConsentFacts], purpose: Purpose) -> ConsentFacts | None:
    return next((one for one in said if one.purpose is purpose), None)


async def _newest(user_id: UUID, purpose: Purpose) -> ConsentFacts | None:
    found = await row(
        f"{_COLUMNS} WHERE user_id = $1 AND purpose = $2 ORDER BY at DESC, id DESC LIMIT 1", user_id, purpose
    )
    return None if found is None else ConsentFacts(**{**found, "purpose": purpose})
