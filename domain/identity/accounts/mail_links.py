"""Links that are mailed: each good once, for one purpose, and for a while.

The token in a link is derived from the id of its row under a secret of the installation, and kept nowhere: who reads the
database, the queue or the log cannot make it.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from domain.identity.errors import LinkInvalid
from domain.shared.clock import now
from domain.shared.database import row, run, value
from domain.shared.ids import new_id
from domain.shared.secrets import secret_for
from domain.shared.transactions import require_transaction

LinkPurpose = Literal[
    "confirm_registration", "reset_password", "change_email_old", "change_email_new", "accept_invitation"
]

LIFETIMES: dict[LinkPurpose, timedelta] = {
    "confirm_registration": timedelta(days=3),
    "reset_password": timedelta(hours=1),
    "change_email_old": timedelta(days=1),
    "change_email_new": timedelta(days=1),
    "accept_invitation": timedelta(days=7),
}

_ID_BYTES = 16
_TOKEN_CHARACTERS = 64
"""Of the 16 bytes of the id and the 32 of its HMAC-SHA-256, in base64url: 48 bytes fill it without padding."""


@dataclass(frozen=True)
class MailLinkFacts:
    """`subject_id` is what the link is about, None where only the hash of an address was given."""

    id: UUID
    purpose: LinkPurpose
    subject_id: UUID | None
    email_hash: str | None
    expires_at: datetime


_COLUMNS = "id, purpose, subject_id, email_hash, expires_at"


async def new_mail_link(purpose: LinkPurpose, *, subject_id: UUID | None = None, email_hash: str | None = None) -> UUID:
    """The id of a link that works from now on, for as long as its purpose allows."""
    require_transaction("new_mail_link")
    link_id = new_id()
    await run(
        """INSERT INTO mail_link (id, purpose, subject_id, email_hash, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        link_id,
        purpose,
        subject_id,
        email_hash,
        now(),
        now() + LIFETIMES[purpose],
    )
    return link_id


async def mail_token(link_id: UUID) -> str:
    """What stands in the mailed link, and proves that its bearer reads the mail of that address."""
    return urlsafe_b64encode(link_id.bytes + await _proof(link_id.bytes)).decode()


async def read_mail_link(token: str, *purposes: LinkPurpose) -> MailLinkFacts:
    """The link, without using it up. Raises LinkInvalid."""
    found = await row(
        f"""SELECT {_COLUMNS} FROM mail_link
            WHERE id = $1 AND purpose = ANY($2) AND used_at IS NULL AND expires_at > $3""",
        await _link_id(token),
        purposes,
        now(),
    )
    if found is None:
        raise LinkInvalid
    return MailLinkFacts(**found)


async def use_mail_link(token: str, *purposes: LinkPurpose) -> MailLinkFacts:
    """Use the link up. Raises LinkInvalid. Of two at once the second waits, and is refused when the first commits."""
    require_transaction("use_mail_link")
    found = await row(
        f"""UPDATE mail_link SET used_at = $3
            WHERE id = $1 AND purpose = ANY($2) AND used_at IS NULL AND expires_at > $3 RETURNING {_COLUMNS}""",
        await _link_id(token),
        purposes,
        now(),
    )
    if found is None:
        raise LinkInvalid
    return MailLinkFacts(**found)


async def open_link(link_id: UUID) -> MailLinkFacts | None:
    """The link while it can be used, for those who mail it."""
    found = await row(
        f"SELECT {_COLUMNS} FROM mail_link WHERE id = $1 AND used_at IS NULL AND expires_at > $2", link_id, now()
    )
    return None if found is None else MailLinkFacts(**found)


async def open_link_about(subject_id: UUID, purpose: LinkPurpose) -> MailLinkFacts | None:
    """The newest link of this purpose about `subject_id` while it can be used."""
    link_id: UUID | None = await value(
        "SELECT id FROM mail_link WHERE subject_id = $1 AND purpose = $2 ORDER BY created_at DESC, id DESC LIMIT 1",
        subject_id,
        purpose,
    )
    return None if link_id is None else await open_link(link_id)


async def _link_id(token: str) -> UUID:
    """The id in a token that was made here. Raises LinkInvalid before the database is asked for anything."""
    if len(token) != _TOKEN_CHARACTERS or not token.isascii():
        raise LinkInvalid
    try:
        raw = urlsafe_b64decode(token)
    except ValueError:
        raise LinkInvalid from None
    named, proof = raw[:_ID_BYTES], raw[_ID_BYTES:]
    if not hmac.compare_digest(proof, await _proof(named)):
        raise LinkInvalid
    return UUID(bytes=named)


async def _proof(named: bytes) -> bytes:
    return hmac.digest(await secret_for("mail link"), named, "sha256")
