"""What the shop mails, read from its files."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

from domain.shared.database import rows
from domain.shared.settings import settings
from workers import mail
from workers.consume import CONSUMERS
from workers.routes import ROUTES

_TOKEN = re.compile(r"#token=([\w-]+)")

assert mail  # importing it makes the consumers known


async def mails_about(subject_id: UUID, kind: str) -> list[EmailMessage]:
    """Let the consumers of the newest event of this kind about `subject_id` do their work; gives the mails sent."""
    event = (
        await rows("SELECT id FROM event WHERE subject_id = $1 AND kind = $2 ORDER BY serial DESC", subject_id, kind)
    )[0]
    for consumer in ROUTES[kind]:
        await CONSUMERS[consumer].work(event["id"], subject_id)
    return [read(path.name) for path in sorted(settings().mail_dir.glob(f"{event['id']}.*.eml"))]


def read(name: str) -> EmailMessage:
    message = message_from_bytes((settings().mail_dir / name).read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body_of(message: EmailMessage) -> str:
    text: str = message.get_content()
    return text


def token_in(message: EmailMessage) -> str:
    found = _TOKEN.search(body_of(message))
    assert found, "the mail holds no link"
    return found[1]
