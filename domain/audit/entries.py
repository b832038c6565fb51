"""An entry's own words, the seal on them, and the link that holds the entry in its place. Pure; no database, no clock.

Seal and link are keyed hashes under the installation's secret: who can write to the tables and does not know the secret
can make neither. The key is that of `secret_for("audit")`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any
from uuid import UUID

import orjson

from domain.shared.sealing import keyed_hash
from domain.shared.viewer import Viewer

SECRET = "audit"


class ActorKind(StrEnum):
    PERSON = "person"
    APPLICATION = "application"
    PLATFORM = "platform"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says, in the order in which it is sealed. `before` and `after` are JSON texts, `at` is in UTC."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    subject_type: str
    subject_id: UUID
    before: str | None
    after: str | None
    network: str
    request_id: str

    def values(self) -> tuple[object, ...]:
        read: tuple[object, ...] = _read(self)
        return read

    def seal(self, key: bytes) -> str:
        return keyed_hash(_words("entry", *self.values()), key=key)


VALUES = tuple(Entry.__dataclass_fields__)
"""The names of an entry's values, as the columns of `audit_entry` are called."""
_read = attrgetter(*VALUES)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: the last position that was given, and the hash that stands there."""

    position: int
    chain_hash: str

    def next(self, *, serial: int, seal: str, key: bytes) -> "Head":
        """The end after one more entry, known by its serial and its seal."""
        position = self.position + 1
        return Head(position, keyed_hash(_words("link", self.chain_hash, position, serial, seal), key=key))

    def __str__(self) -> str:
        return f"{self.position}:{self.chain_hash}"


START = Head(0, "0" * 64)
"""The chain without an entry."""

STORED = ("position", "serial", "seal", "chain_hash", *VALUES)
"""The columns of a stored entry, in the order in which `StoredEntry.read` takes them."""


@dataclass(frozen=True, slots=True)
class StoredEntry:
    entry: Entry
    position: int | None
    serial: int
    seal: str
    chain_hash: str | None

    @classmethod
    def read(cls, found: Iterable[Any]) -> "StoredEntry":
        position, serial, seal, chain_hash, *values = found
        return cls(Entry(*values), position, serial, seal, chain_hash)

    def is_sealed(self, key: bytes) -> bool:
        """Whether it says what was sealed when it was written."""
        return self.seal == self.entry.seal(key)

    def follows(self, head: Head, key: bytes) -> bool:
        """Whether its place is the one right after `head`, and the one that it was given."""
        after = head.next(serial=self.serial, seal=self.seal, key=key)
        return (self.position, self.chain_hash) == (after.position, after.chain_hash)


def actor_of(viewer: Viewer) -> tuple[ActorKind, UUID | None]:
    if viewer.user_id is not None:
        return ActorKind.PERSON, viewer.user_id
    if viewer.application_id is not None:
        return ActorKind.APPLICATION, viewer.application_id
    return (ActorKind.PLATFORM if viewer.is_platform else ActorKind.NOBODY), None


def _words(kind: str, *parts: object) -> str:
    """One text for one list of values, and another for any other list. str: asyncpg's own kind of UUID."""
    return orjson.dumps([kind, *parts], default=str).decode()
