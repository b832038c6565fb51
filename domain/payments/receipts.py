"""The receipt: what its text says, how it is signed and how a signature is checked. Pure; no database, no clock.

The text is JSON in UTF-8 with sorted keys and no spaces. The signature is of exactly that text, and written as
`domain/shared/signatures.py` says.

Anybody can turn a valid (r, s) into the equally valid (r, n - s). Nothing here or elsewhere takes a signature for an
identity: not as a key, not against replay.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

import orjson
from ecdsa import BadSignatureError, NIST256p, VerifyingKey
from ecdsa.util import sigdecode_string

MAX_PAYLOAD = 2000


class Refusal(StrEnum):
    """Why a receipt is not believed."""

    MALFORMED_PAYLOAD = "MALFORMED_PAYLOAD"
    MALFORMED_SIGNATURE = "MALFORMED_SIGNATURE"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    BAD_SIGNATURE = "BAD_SIGNATURE"


@dataclass(frozen=True)
class ReceiptText:
    """What a receipt states. `kid` names the key that signs it, `issuer` the shop."""

    receipt_id: UUID
    order_id: UUID
    order_number: int
    total_minor: int
    currency: str
    paid_at: datetime
    kid: str
    issuer: str

    def canonical(self) -> str:
        options = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
        return orjson.dumps(asdict(self), default=str, option=options).decode()  # str: asyncpg's own kind of UUID


def read_text(payload: str) -> ReceiptText | None:
    """What `payload` states, believed or not; None when it is not the text of a receipt."""
    if not 0 < len(payload) <= MAX_PAYLOAD:
        return None
    try:
        stated = orjson.loads(payload)
        return ReceiptText(
            receipt_id=UUID(stated["receipt_id"]),
            order_id=UUID(stated["order_id"]),
            order_number=int(stated["order_number"]),
            total_minor=int(stated["total_minor"]),
            currency=str(stated["currency"]),
            paid_at=datetime.fromisoformat(stated["paid_at"]),
            kid=str(stated["kid"]),
            issuer=str(stated["issuer"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None


def holds(payload: str, signature: bytes, public_pem: str) -> bool:
    """Whether `signature` (64 bytes) is one of `payload` by the owner of the key. Some milliseconds of computing."""
    try:
        return bool(_verifying_key(public_pem).verify(signature, payload.encode(), sha256, sigdecode_string))
    except (BadSignatureError, TypeError):  # TypeError: r and s that lead to the point at infinity, which has no x
        return False


@lru_cache(maxsize=64)
def _verifying_key(public_pem: str) -> VerifyingKey:
    key = VerifyingKey.from_pem(public_pem)
    assert key.curve == NIST256p
    return key
