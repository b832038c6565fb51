"""The addresses that a person keeps for the next time, one of them the usual one for parcels, one for bills."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.identity.addresses.addresses import Address, address_from
from domain.identity.personal import PersonKey, person_key, person_keys
from domain.shared.database import rows
from domain.shared.viewer import Viewer

SEALED_AS = "address book"
"""The field under which entries are sealed by their owner's key."""


@dataclass(frozen=True)
class AddressEntry:
    id: UUID
    owner_id: UUID
    address: Address
    is_default_delivery: bool
    is_default_billing: bool
    version: int
    created_at: datetime
    updated_at: datetime


async def addresses_of(owner_ids: Sequence[UUID]) -> dict[UUID, list[AddressEntry]]:
    """Each person's entries in the order in which they were added. Two statements. Nothing of people who were erased."""
    found = await rows("SELECT * FROM address_entry WHERE user_id = ANY($1) ORDER BY user_id, id", list(owner_ids))
    keys = await person_keys(owner_ids)
    books: dict[UUID, list[AddressEntry]] = defaultdict(list)
    for one in found:
        entry = _entry(one, keys.get(one["user_id"]))
        if entry is not None:
            books[entry.owner_id].append(entry)
    return books


async def own_entry(viewer: Viewer, entry_id: UUID) -> AddressEntry | None:
    """An entry of the viewer's own; None for any other. Two statements at most."""
    key = None if viewer.user_id is None else await person_key(viewer.user_id)
    return None if key is None else await entry_of(key.person_id, key, entry_id)


async def entry_of(owner_id: UUID, key: PersonKey, entry_id: UUID) -> AddressEntry | None:
    """An entry of this person's own, opened with their key; None for any other. One statement."""
    found = await rows("SELECT * FROM address_entry WHERE id = $1 AND user_id = $2", entry_id, owner_id)
    return _entry(found[0], key) if found else None


def _entry(found: Any, key: PersonKey | None) -> AddressEntry | None:
    text = None if key is None else key.open(found["sealed"], SEALED_AS)
    if text is None:
        return None
    return AddressEntry(
        id=found["id"],
        owner_id=found["user_id"],
        address=address_from(text),
        is_default_delivery=found["is_default_delivery"],
        is_default_billing=found["is_default_billing"],
        version=found["version"],
        created_at=found["created_at"],
        updated_at=found["updated_at"],
    )
