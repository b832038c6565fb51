"""Deleting what was learned about somebody who does not agree to it, or is no more."""

from collections.abc import Sequence
from uuid import UUID

from domain.audit.record import record
from domain.identity.privacy.consent import consent
from domain.identity.privacy.erase import Eraser
from domain.identity.privacy.purposes import Purpose
from domain.shared.database import row
from domain.shared.inbox import first_time
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM

CONSUMER = "forget_learned"
OF_ERASED = "forget_learned_of_erased"


@use_case
async def forget_learned(event_id: UUID, consent_id: UUID, learned: Sequence[Eraser]) -> None:
    """For consent.withdrawn: once, and only for the purpose of learning. From then on training leaves the person out.

    What is being published about the person refers to their row: it is waited for and deleted, or waits and finds that
    the person refused.
    """
    withdrawn = await consent(consent_id)
    if not await first_time(CONSUMER, event_id) or withdrawn is None or withdrawn.purpose is not Purpose.ANALYTICS:
        return
    await row("SELECT id FROM users WHERE id = $1 FOR UPDATE", withdrawn.user_id)
    for erase in learned:
        await erase(withdrawn.user_id)
    await record(PLATFORM, "forgetLearned", subject=("user", withdrawn.user_id), after={"consent_id": consent_id})


@use_case
async def forget_learned_of_erased(event_id: UUID, person_id: UUID, learned: Sequence[Eraser]) -> None:
    """For user.erased: guests end by a claim too, which knows of nobody who learns."""
    if await first_time(OF_ERASED, event_id):
        for erase in learned:
            await erase(person_id)
