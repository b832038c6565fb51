"""Mails about second factors: whoever gets or loses one is told, for it may have been somebody else."""

from uuid import UUID

from domain.identity.queries import user
from domain.notifications.deliver import deliver
from domain.notifications.letters import Letter
from domain.notifications.links import FORGOTTEN, page_at

MAIL_FACTOR_ADDED = "mail_factor_added"
MAIL_FACTOR_REMOVED = "mail_factor_removed"


async def mail_factor_added(event_id: UUID, user_id: UUID) -> None:
    await deliver(MAIL_FACTOR_ADDED, event_id, await _letter("factor_added", user_id))


async def mail_factor_removed(event_id: UUID, user_id: UUID) -> None:
    await deliver(MAIL_FACTOR_REMOVED, event_id, await _letter("factor_removed", user_id))


async def _letter(kind: str, user_id: UUID) -> Letter | None:
    owner = await user(user_id)
    if owner is None or owner.email is None:
        return None
    return Letter(kind, owner.language, owner.email, name=owner.name, link=page_at(FORGOTTEN))
