"""Relay global ids: base64 of `Type:uuid`."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from uuid import UUID

from domain.shared.errors import InvalidInput


def encode(kind: str, id: UUID) -> str:
    return b64encode(f"{kind}:{id}".encode()).decode()


def decode(kind: str, value: str, *, field: str) -> UUID:
    """The UUID in `value`. Raises InvalidInput naming `field` when it is malformed or of another type."""
    found_kind, id = decode_any(value, field=field)
    if found_kind != kind:
        raise InvalidInput(field=field, rule="id", limit=kind)
    return id


def decode_any(value: str, *, field: str) -> tuple[str, UUID]:
    """The type name and UUID in `value`. Raises InvalidInput naming `field` when it is malformed."""
    try:
        kind, _, text = b64decode(value.encode(), validate=True).decode().partition(":")
        return kind, UUID(text)
    except (Base64Error, ValueError) as error:
        raise InvalidInput(field=field, rule="id") from error
