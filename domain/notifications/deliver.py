"""Sending the mail that an event asks for: at least once, always under the same Message-ID.

The mail server is told outside any transaction; that it was is recorded in the next one. A crash in between sends the
mail again, and mail programs show two of one Message-ID as one.
"""

from uuid import UUID

import structlog

from domain.notifications.letters import Letter, composed
from domain.notifications.outgoing import outgoing
from domain.shared.inbox import first_time
from domain.shared.transactions import use_case

_log = structlog.get_logger()


async def deliver(consumer: str, event_id: UUID, letter: Letter | None) -> None:
    """Send `letter`, and settle the event for this consumer. None: there is nothing to say any more.

    Raises MailRefused, or MailServerAway.
    """
    if letter is not None:
        await outgoing().send(composed(letter, message_id=f"{event_id}.{consumer}"))
        _log.info("mail sent", kind=letter.kind)
    await _settle(consumer, event_id)


@use_case
async def _settle(consumer: str, event_id: UUID) -> None:
    await first_time(consumer, event_id)
