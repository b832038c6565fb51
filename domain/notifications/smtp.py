"""Mails over SMTP.

`smtps://` speaks TLS from the first byte. `smtp://` takes up the server's offer of STARTTLS, and insists on it where there
is a password to send.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from time import monotonic
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPException, SMTPNotSupported, SMTPRecipientsRefused, SMTPResponseException

from domain.notifications.errors import UNSUITED, MailRefused, MailServerAway

PATIENCE_SECONDS = 10.0
"""For one mail from connecting to the server's last word: whoever sends it does nothing else meanwhile."""
REST_SECONDS = 15.0
"""How long nobody of this process tries a server that did not answer, so that mails do not hold up all other work."""

_rests_until: dict[str, float] = {}


@dataclass(frozen=True)
class Smtp:
    url: str = field(repr=False)

    async def send(self, message: EmailMessage) -> None:
        if monotonic() < _rests_until.get(self.url, 0.0):
            raise MailServerAway("it did not answer a moment ago")
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._hand_over(message)
        except (OSError, SMTPException) as error:  # their texts hold addresses and go no further
            if isinstance(error, TimeoutError):
                _rests_until[self.url] = monotonic() + REST_SECONDS
            raise MailServerAway(_kind(error)) from None

    async def _hand_over(self, message: EmailMessage) -> None:
        client = self._client(message)
        await client.connect()
        try:
            await client.send_message(message)
            with suppress(OSError, SMTPException):  # it has the mail
                await client.quit()
        except SMTPRecipientsRefused as refusal:
            raise _final(refusal.recipients[0]) from None
        except SMTPResponseException as refusal:
            raise _final(refusal) from None
        except (SMTPNotSupported, ValueError):
            raise MailRefused(status=UNSUITED) from None
        finally:
            client.close()

    def _client(self, message: EmailMessage) -> aiosmtplib.SMTP:
        parts = urlsplit(self.url)
        secure, user = parts.scheme == "smtps", parts.username
        return aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or (465 if secure else 587 if user else 25),
            username=None if user is None else unquote(user),
            password=None if user is None else unquote(parts.password or ""),
            use_tls=secure,
            start_tls=False if secure else True if user else None,
            local_hostname=message["From"].addresses[0].domain,
            timeout=PATIENCE_SECONDS,
        )


def _final(refusal: SMTPResponseException) -> Exception:
    """A 4xx, and a refusal of our own address, may pass: the server is full, or set up badly."""
    lasting = refusal.code >= 500 and not isinstance(refusal, aiosmtplib.SMTPSenderRefused)
    return MailRefused(status=refusal.code) if lasting else MailServerAway(_kind(refusal))


def _kind(error: Exception) -> str:
    code = error.code if isinstance(error, SMTPResponseException) else ""
    return f"{type(error).__name__} {code}".strip()
