"""The master key of the installation, which seals every other key, and the earlier ones that still open what they sealed.

A sealed text begins with the name of its master key: `<name>.<ciphertext>`. To rotate, set the new key as
HANSE_MASTER_KEY and the old one in HANSE_PREVIOUS_MASTER_KEYS, and seal everything anew (`hanse keys rewrap`).
"""

from base64 import urlsafe_b64decode
from functools import lru_cache

from domain.shared import sealing
from domain.shared.sealing import KEY_BYTES, Unopenable, derived
from domain.shared.settings import settings


class KeysUnusable(Exception):
    """The platform's keys are not in order. The text says in one line what is wrong and what to do."""


def seal(secret: bytes, *, label: str) -> str:
    """`secret` under the present master key; only the same `label` opens it. Raises KeysUnusable."""
    name, key = _ring()[0]
    return f"{name}.{sealing.sealed(secret, label=label, key=key)}"


def unseal(text: str, *, label: str) -> bytes:
    """What `seal` was given. Raises KeysUnusable when no key of the ring sealed it, or the text was altered."""
    name, _, ciphertext = text.partition(".")
    try:
        return sealing.opened(ciphertext, label=label, key=dict(_ring())[name])
    except (KeyError, Unopenable):
        raise KeysUnusable(
            f"HANSE_MASTER_KEY does not open the stored {label}: set the key that this database was set up with, "
            "or name it in HANSE_PREVIOUS_MASTER_KEYS"
        ) from None


def present_name() -> str:
    """The name that texts sealed now begin with."""
    return _ring()[0][0]


def _ring() -> tuple[tuple[str, bytes], ...]:
    known = settings()
    given = (known.master_key, *known.previous_master_keys)
    return _named(tuple(key.get_secret_value() for key in given))


@lru_cache(maxsize=4)
def _named(keys: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
    raw = [_raw(key, name) for key, name in zip(keys, _NAMES, strict=False)]
    return tuple((derived(key, "name of the master key").hex()[:12], key) for key in raw)


_NAMES = ("HANSE_MASTER_KEY", *["HANSE_PREVIOUS_MASTER_KEYS"] * 20)


def _raw(key: str, name: str) -> bytes:
    if not key:
        raise KeysUnusable(f"{name} is not set: it must be the URL-safe base64 of 32 random bytes")
    try:
        raw = urlsafe_b64decode(key)
    except ValueError:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise KeysUnusable(f"{name} is malformed: it must be the URL-safe base64 of 32 random bytes")
    return raw
