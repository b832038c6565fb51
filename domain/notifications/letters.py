"""A mail from what it is to say: its text in one language, and headers that nobody can break out of.

Nothing that people call themselves stands in a header, only the mailbox; and what is made is read back before it leaves.
Both are needed: Python's email package (3.11.7) decodes what looks like an encoded word in a name or in a mailbox, line
breaks included, and drops the quotes around long names.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, compat32
from email.utils import format_datetime

from babel.dates import format_timedelta

from domain.identity.accounts.rules import mailbox
from domain.notifications.errors import UNSUITED, MailRefused
from domain.notifications.texts import text
from domain.shared.clock import now
from domain.shared.settings import settings

_LONGEST_LINE = 998
"""RFC 5322. A shorter one would have Python break a long address in two."""
_PLAIN, _UTF8 = SMTP.clone(max_line_length=_LONGEST_LINE), SMTPUTF8.clone(max_line_length=_LONGEST_LINE)


@dataclass(frozen=True)
class Letter:
    """`kind` names the texts. `name` is only for somebody whose address is confirmed: nobody else's mail carries it, so
    that strangers cannot have us mail their words. `link` opens the page that it is about, for as long as `lifetime`.
    """

    kind: str
    language: str
    address: str = field(repr=False)
    name: str | None = field(default=None, repr=False)
    link: str = field(default="", repr=False)
    lifetime: timedelta = timedelta()
    new_email: str = field(default="", repr=False)


def composed(letter: Letter, *, message_id: str) -> EmailMessage:
    """The message. Raises MailRefused for an address that would not stay in its place."""
    sender, recipient = sender_address(), mailbox(letter.address)
    if recipient is None:
        raise MailRefused(status=UNSUITED)
    message = EmailMessage(policy=_PLAIN)
    message["From"] = sender
    message["To"] = Address("", *recipient.rsplit("@", 1))
    message["Subject"] = _filled(f"{letter.kind}.subject", letter, sender)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{message_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: holiday replies stay away
    message.set_content(_body(letter, sender))
    message["Content-Language"] = letter.language
    if not keeps_to_its_headers(message, recipient):
        raise MailRefused(status=UNSUITED)
    return message


def keeps_to_its_headers(message: EmailMessage, recipient: str) -> bool:
    """Whether the message, as it will be sent, has the headers that it was given and goes to `recipient` alone."""
    try:
        sent = as_sent(message)
    except (ValueError, MessageError, IndexError):  # no address in it, or Python's own check of what it wrote
        return False
    again = message_from_bytes(sent, policy=compat32)
    return again.keys() == message.keys() and f"\r\nTo: {recipient}\r\n".encode() in sent


def as_sent(message: EmailMessage) -> bytes:
    """UTF-8 in headers (RFC 6532) only where the name of the mailbox needs it: not every program reads that."""
    plain = message["To"].addresses[0].addr_spec.isascii()
    return message.as_bytes(policy=_PLAIN if plain else _UTF8)


def sender_address() -> Address:
    found: Address = SMTP.header_factory("From", settings().mail_from).addresses[0]
    return found


def _body(letter: Letter, sender: Address) -> str:
    greeting = "greeting" if letter.name else "greeting_nobody"
    parts = (greeting, f"{letter.kind}.body", "signature")
    return "\n\n".join(_filled(part, letter, sender) for part in parts) + "\n"


def _filled(code: str, letter: Letter, sender: Address) -> str:
    return text(code, letter.language).format(
        shop=sender.display_name or sender.domain,
        name=letter.name,
        link=letter.link,
        lifetime=format_timedelta(letter.lifetime, locale=letter.language.replace("-", "_")),
        new_email=letter.new_email,
    )
