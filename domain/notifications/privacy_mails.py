"""Mails about the copy of somebody's data, and the last one: that they are forgotten."""

from uuid import UUID

import structlog

from domain.identity.privacy.privacy_requests import RequestKind, privacy_request, waiting_request
from domain.identity.queries import user
from domain.notifications.deliver import deliver
from domain.notifications.errors import MailRefused, MailServerAway
from domain.notifications.letters import Letter, composed
from domain.notifications.links import page_at
from domain.notifications.outgoing import outgoing
from domain.shared.attempts import attempts
from domain.shared.viewer import PLATFORM

MAIL_DATA_READY = "mail_data_ready"
MAIL_ERASURE_REFUSED = "mail_erasure_refused"
_PAGE = "privacy"
_PATIENCE = 4
"""Attempts of the erasure that wait for the mail server. Then the person is forgotten without the mail."""

_log = structlog.get_logger()


async def mail_data_ready(event_id: UUID, request_id: UUID) -> None:
    await deliver(MAIL_DATA_READY, event_id, await _letter("data_ready", request_id))


async def mail_erasure_refused(event_id: UUID, request_id: UUID) -> None:
    await deliver(MAIL_ERASURE_REFUSED, event_id, await _letter("erasure_refused", request_id))


async def say_farewell(consumer: str, event_id: UUID, request_id: UUID) -> None:
    """Mail the person that they are being forgotten, while it is still known where: the erasure follows at once.

    When that is tried again the mail goes out again, under the same Message-ID. Raises MailServerAway the first times.
    """
    if await waiting_request(request_id, RequestKind.ERASURE) is None:
        return
    letter = await _letter("erased", request_id)
    if letter is None:
        return
    try:
        await outgoing().send(composed(letter, message_id=f"{event_id}.{consumer}"))
    except MailRefused as refusal:
        _log.warning("erased without a mail", refusal=str(refusal))
    except MailServerAway:
        if await attempts(consumer, event_id) < _PATIENCE:
            raise
        _log.warning("erased without a mail", refusal="the mail server is away")


async def _letter(kind: str, request_id: UUID) -> Letter | None:
    """To the address that was confirmed. None: there is none, or the person was forgotten meanwhile."""
    request = await privacy_request(PLATFORM, request_id)
    owner = None if request is None else await user(request.person_id)
    if owner is None or owner.email is None:
        return None
    return Letter(kind, owner.language, owner.email, name=owner.name, link=page_at(_PAGE))
