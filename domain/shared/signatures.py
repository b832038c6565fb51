"""ECDSA over P-256 with SHA-256, of texts: how the shop signs, and how its signatures are written.

A signature is r and s of 32 bytes each, one after the other (like ES256 in RFC 7518, section 3.4), in base64url without
padding: always 86 characters. Its nonce is deterministic (RFC 6979), so that signing again gives the same signature.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from ecdsa import NIST256p, SigningKey
from ecdsa.util import sigencode_string

SIGNATURE_LENGTH = 86


def sign(text: str, private_pem: str) -> str:
    """The signature of `text`. For workers and the schedule only, never in a request: its timing tells of the key."""
    key = SigningKey.from_pem(private_pem)
    assert key.curve == NIST256p
    signed: bytes = key.sign_deterministic(text.encode(), hashfunc=sha256, sigencode=sigencode_string)
    return _written(signed)


def read_signature(signature: str) -> bytes | None:
    """The 64 bytes of `signature`, or None when it is not written as `sign` writes one."""
    if len(signature) != SIGNATURE_LENGTH or not signature.isascii():
        return None
    try:
        read = urlsafe_b64decode(signature + "==")
    except binascii.Error:
        return None
    return read if _written(read) == signature else None


def _written(signature: bytes) -> str:
    return urlsafe_b64encode(signature).rstrip(b"=").decode()
