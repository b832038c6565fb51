"""Secrets at rest: AES-256-GCM under a key of 32 bytes, and keys derived from others (HKDF, RFC 5869)."""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_NONCE_BYTES = 12


class Unopenable(Exception):
    """The key is another, the text was altered, or it was sealed under another label."""


def sealed(secret: bytes, *, label: str, key: bytes) -> str:
    """`secret` encrypted, as text. Only the same `label` opens it, so a sealed value cannot stand in for another."""
    nonce = os.urandom(_NONCE_BYTES)
    return urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, secret, label.encode())).decode()


def opened(text: str, *, label: str, key: bytes) -> bytes:
    """What `sealed` was given. Raises Unopenable."""
    try:
        raw = urlsafe_b64decode(text)
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], label.encode())
    except (InvalidTag, ValueError):
        raise Unopenable(label) from None


def derived(key: bytes, context: str) -> bytes:
    """32 bytes, always the same for one `context`, that tell nothing of the key or of those for another context."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=context.encode()).derive(key)


def keyed_hash(text: str, *, key: bytes) -> str:
    """HMAC-SHA-256 of `text` in hexadecimal: equal texts are found by it, and nobody without the key can guess them."""
    return hmac.new(key, text.encode(), sha256).hexdigest()
