"""The port by which mails leave, and what stands behind it here."""

from email.message import EmailMessage
from typing import Protocol

from domain.notifications.files import Files
from domain.notifications.smtp import Smtp
from domain.shared.settings import settings


class Outgoing(Protocol):
    async def send(self, message: EmailMessage) -> None:
        """Hand the message over to the address in its `To`. Raises MailRefused, or MailServerAway.

        The same message may come again, with the same Message-ID.
        """


def outgoing() -> Outgoing:
    """The mail server of the settings; without one, files."""
    known = settings()
    url = known.mail_url.get_secret_value()
    return Smtp(url) if url else Files(known.mail_dir)
