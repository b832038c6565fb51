"""What the master key is for: sealing secrets at rest (AES-256-GCM), and deriving others from it (HKDF, RFC 5869)."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class KeysUnusable(Exception):
    """The platform's keys are not in order. The text says in one line what is wrong and what to do."""


def seal(secret: bytes, *, label: str, master_key: str) -> str:
    """`secret` encrypted, as text. Only the same `label` opens it, so a sealed value cannot stand in for another."""
    nonce = os.urandom(_NONCE_BYTES)
    return urlsafe_b64encode(nonce + _cipher(master_key).encrypt(nonce, secret, label.encode())).decode()


def unseal(sealed: str, *, label: str, master_key: str) -> bytes:
    """What `seal` was given. Raises KeysUnusable when the master key is another, or the text was altered."""
    raw = urlsafe_b64decode(sealed)
    try:
        return _cipher(master_key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], label.encode())
    except InvalidTag:
        raise KeysUnusable(
            f"HANSE_MASTER_KEY does not open the stored {label}: set the key that this database was set up with"
        ) from None


def derived(context: bytes, *, master_key: str) -> bytes:
    """32 bytes, always the same for one `context`, that tell nothing of the key or of those for another context."""
    return HKDF(SHA256(), 32, salt=None, info=context).derive(_raw(master_key))


def _cipher(master_key: str) -> AESGCM:
    return AESGCM(_raw(master_key))


def _raw(master_key: str) -> bytes:
    if not master_key:
        raise KeysUnusable("HANSE_MASTER_KEY is not set: it must be the URL-safe base64 of 32 random bytes")
    try:
        raw = urlsafe_b64decode(master_key)
    except (NotBase64, ValueError):
        raw = b""
    if len(raw) != 32:
        raise KeysUnusable("HANSE_MASTER_KEY is malformed: it must be the URL-safe base64 of 32 random bytes")
    return raw
