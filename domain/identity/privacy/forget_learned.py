"""Deleting what was learned about somebody who no longer agrees to it."""

from collections.abc import Sequence
from uuid import UUID

from domain.audit.record import record
from domain.identity.privacy.consent import consent
from domain.identity.privacy.erase import Eraser
from domain.identity.privacy.purposes import Purpose
from domain.shared.inbox import first_time
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM

CONSUMER = "forget_learned"


@use_case
async def forget_learned(event_id: UUID, consent_id: UUID, learned: Sequence[Eraser]) -> None:
    """For consent.withdrawn: once, and only for the purpose of learning. From then on training leaves the person out."""
    withdrawn = await consent(consent_id)
    if not await first_time(CONSUMER, event_id) or withdrawn is None or withdrawn.purpose is not Purpose.ANALYTICS:
        return
    for erase in learned:
        await erase(withdrawn.user_id)
    await record(PLATFORM, "forgetLearned", subject=("user", withdrawn.user_id), after={"consent_id": consent_id})
