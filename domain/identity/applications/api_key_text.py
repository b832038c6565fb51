"""The text of an API key: `hanse_<12 characters>_<43 characters of secret><8 of checksum>`.

The part before the second underscore is its prefix, which is shown and by which it is found. The checksum is keyed with
the installation's secret, so that a key that was made up is known as such without asking the database.
"""

import hmac
import re
import secrets
from base64 import b32encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from domain.shared.sealing import keyed_hash
from domain.shared.secrets import secret_for

MARK: Final = "hanse_"

_FORM: Final = re.compile(r"(?P<prefix>hanse_[a-z2-7]{12})_(?P<secret>[A-Za-z0-9_-]{43})(?P<checksum>[0-9a-f]{8})")
_CHECKSUM_LENGTH = 8


@dataclass(frozen=True)
class MadeKey:
    """`text` is shown once, the rest is kept."""

    text: str = field(repr=False)
    prefix: str
    key_hash: str


async def make_api_key() -> MadeKey:
    """A fresh key with a secret of 256 bits."""
    prefix = MARK + b32encode(secrets.token_bytes(8)).decode().lower()[:12]
    begun = f"{prefix}_{secrets.token_urlsafe(32)}"
    text = begun + await _checksum(begun)
    return MadeKey(text, prefix, api_key_hash(text))


def api_key_prefix(text: str) -> str | None:
    """The prefix of what has the form of an API key, None for anything else."""
    found = _FORM.fullmatch(text)
    return found["prefix"] if found else None


async def was_made_here(text: str) -> bool:
    """Whether the checksum of a well-formed key is right."""
    return hmac.compare_digest(await _checksum(text[:-_CHECKSUM_LENGTH]), text[-_CHECKSUM_LENGTH:])


def api_key_hash(text: str) -> str:
    """Nobody can guess 256 bits, so a fast hash without salt is enough."""
    return sha256(text.encode()).hexdigest()


async def _checksum(begun: str) -> str:
    return keyed_hash(begun, key=await secret_for("checksum of API keys"))[:_CHECKSUM_LENGTH]
