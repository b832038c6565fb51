"""Mails about the copy of somebody's data, and the last one: that they are forgotten."""

import asyncio
from uuid import UUID

import structlog

from domain.identity.privacy.privacy_requests import privacy_request
from domain.identity.queries import UserFacts, user
from domain.notifications.deliver import deliver
from domain.notifications.errors import MailRefused, MailServerAway
from domain.notifications.letters import Letter, composed
from domain.notifications.links import page_at
from domain.notifications.outgoing import outgoing
from domain.shared.viewer import PLATFORM

MAIL_DATA_READY = "mail_data_ready"
MAIL_ERASURE_REFUSED = "mail_erasure_refused"
_PAGE = "privacy"
PAUSES_SECONDS = (0.0, 2.0, 20.0)
"""Before each attempt at a farewell. The last one is longer than a mail server that did not answer is left alone."""

_log = structlog.get_logger()


async def mail_data_ready(event_id: UUID, request_id: UUID) -> None:
    await deliver(MAIL_DATA_READY, event_id, await _letter("data_ready", request_id))


async def mail_erasure_refused(event_id: UUID, request_id: UUID) -> None:
    await deliver(MAIL_ERASURE_REFUSED, event_id, await _letter("erasure_refused", request_id))


async def say_farewell(consumer: str, event_id: UUID, person: UserFacts) -> None:
    """Mail somebody who has just been erased that they are. Their address is known here alone, so nobody can do it later.

    When no attempt succeeds, or the process dies, there is no mail.
    """
    letter = _letter_to("erased", person)
    if letter is None:
        return
    for pause in PAUSES_SECONDS:
        await asyncio.sleep(pause)
        try:
            await outgoing().send(composed(letter, message_id=f"{event_id}.{consumer}"))
        except MailRefused as refusal:
            _log.warning("erased without a mail", refusal=str(refusal))
            return
        except MailServerAway:
            continue
        return
    _log.warning("erased without a mail", refusal="the mail server is away")


async def _letter(kind: str, request_id: UUID) -> Letter | None:
    """None: the person has no address, or was forgotten meanwhile, or nobody but the platform asked."""
    request = await privacy_request(PLATFORM, request_id)
    owner = None if request is None or request.requested_by is None else await user(request.person_id)
    return None if owner is None else _letter_to(kind, owner)


def _letter_to(kind: str, person: UserFacts) -> Letter | None:
    """To the address that was confirmed."""
    if person.email is None:
        return None
    return Letter(kind, person.language, person.email, name=person.name, link=page_at(_PAGE))
