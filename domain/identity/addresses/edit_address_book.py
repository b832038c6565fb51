"""Adding to one's address book, changing it and taking away from it.

Each change locks the owner's row first: of two at once the second sees what the first one made, so that there is one
default of each kind and never an entry too many.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from domain.audit.record import record
from domain.identity.addresses.address_book import SEALED_AS, AddressEntry, entry_of
from domain.identity.addresses.addresses import Address, address_text, checked_address
from domain.identity.errors import AddressBookFull
from domain.identity.personal import PersonKey, person_key
from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.errors import StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

MAX_ENTRIES = 50


@dataclass(frozen=True)
class AddAddress:
    address: Address
    is_default_delivery: bool = False
    is_default_billing: bool = False
    key: str | None = None


@dataclass(frozen=True)
class UpdateAddress:
    """None leaves as it is."""

    entry_id: UUID
    address: Address | None = None
    is_default_delivery: bool | None = None
    is_default_billing: bool | None = None
    expected_version: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class RemoveAddress:
    entry_id: UUID
    expected_version: int | None = None
    key: str | None = None


@use_case
async def add_address(viewer: Viewer, command: AddAddress) -> UUID:
    """Keep an address and return the entry's id. What it is the default for, no other is any more.

    Raises InvalidInput as `checked_address` does, AddressBookFull, IdempotencyKeyReused; NotAllowed for guests.
    """
    owner_id, entry_id = viewer.account(), new_id()
    command = replace(command, address=checked_address(command.address))
    if earlier := await replayed(viewer, "addAddress", command, entry_id):
        return earlier
    key = await _locked_book(owner_id)
    held: int = await value("SELECT count(*) FROM address_entry WHERE user_id = $1", owner_id)
    if held >= MAX_ENTRIES:
        raise AddressBookFull(max_entries=MAX_ENTRIES)
    entry = AddressEntry(
        id=entry_id,
        owner_id=owner_id,
        address=command.address,
        is_default_delivery=command.is_default_delivery,
        is_default_billing=command.is_default_billing,
        version=1,
        created_at=now(),
        updated_at=now(),
    )
    await _make_way(entry)
    await _insert(entry, key)
    await record(viewer, "addAddress", subject=("address_entry", entry_id), after=_summary(entry))
    return entry_id


@use_case
async def update_address(viewer: Viewer, command: UpdateAddress) -> UUID:
    """Change an entry of one's own. Raises like `add_address`, NotFound (also for another's entry), StaleVersion."""
    owner_id = viewer.account()
    if command.address is not None:
        command = replace(command, address=checked_address(command.address))
    if await replayed(viewer, "updateAddress", command, command.entry_id):
        return command.entry_id
    key = await _locked_book(owner_id)
    before = await _claimed(owner_id, key, command.entry_id, command.expected_version)
    after = _changed(before, command)
    await _make_way(after)
    await _store(after, key)
    await record(
        viewer,
        "updateAddress",
        subject=("address_entry", after.id),
        before=_summary(before),
        after=_summary(after) | {"address_changed": after.address != before.address},
    )
    return after.id


@use_case
async def remove_address(viewer: Viewer, command: RemoveAddress) -> UUID:
    """Forget an entry of one's own; orders keep the address that they went to. Raises NotFound, StaleVersion."""
    owner_id = viewer.account()
    if await replayed(viewer, "removeAddress", command, command.entry_id):
        return command.entry_id
    key = await _locked_book(owner_id)
    entry = await _claimed(owner_id, key, command.entry_id, command.expected_version)
    await run("DELETE FROM address_entry WHERE id = $1", entry.id)
    await record(viewer, "removeAddress", subject=("address_entry", entry.id), before=_summary(entry))
    return entry.id


async def _locked_book(owner_id: UUID) -> PersonKey:
    locked = await run("SELECT FROM users WHERE id = $1 AND NOT is_guest FOR NO KEY UPDATE", owner_id)
    key = await person_key(owner_id) if locked else None
    if key is None:
        raise not_found("User", owner_id)
    return key


async def _claimed(owner_id: UUID, key: PersonKey, entry_id: UUID, expected_version: int | None) -> AddressEntry:
    entry = await entry_of(owner_id, key, entry_id)
    if entry is None:
        raise not_found("AddressEntry", entry_id)
    if expected_version is not None and expected_version != entry.version:
        raise StaleVersion(expected=expected_version, current=entry.version)
    return entry


def _changed(entry: AddressEntry, command: UpdateAddress) -> AddressEntry:
    delivery, billing = command.is_default_delivery, command.is_default_billing
    return replace(
        entry,
        address=command.address or entry.address,
        is_default_delivery=entry.is_default_delivery if delivery is None else delivery,
        is_default_billing=entry.is_default_billing if billing is None else billing,
        version=entry.version + 1,
        updated_at=now(),
    )


async def _make_way(entry: AddressEntry) -> None:
    """What this entry becomes the default for, no other of the book stays."""
    await run(
        """UPDATE address_entry SET is_default_delivery = is_default_delivery AND NOT $3,
                                    is_default_billing = is_default_billing AND NOT $4,
                                    version = version + 1, updated_at = $5
           WHERE user_id = $1 AND id <> $2 AND (is_default_delivery AND $3 OR is_default_billing AND $4)""",
        entry.owner_id,
        entry.id,
        entry.is_default_delivery,
        entry.is_default_billing,
        entry.updated_at,
    )


async def _insert(entry: AddressEntry, key: PersonKey) -> None:
    await run(
        """INSERT INTO address_entry (id, user_id, sealed, country, is_default_delivery, is_default_billing, version,
                                      created_at, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        entry.id,
        entry.owner_id,
        key.seal(address_text(entry.address), SEALED_AS),
        entry.address.country,
        entry.is_default_delivery,
        entry.is_default_billing,
        entry.version,
        entry.created_at,
        entry.updated_at,
    )


async def _store(entry: AddressEntry, key: PersonKey) -> None:
    await run(
        """UPDATE address_entry SET sealed = $2, country = $3, is_default_delivery = $4, is_default_billing = $5,
                                    version = $6, updated_at = $7
           WHERE id = $1""",
        entry.id,
        key.seal(address_text(entry.address), SEALED_AS),
        entry.address.country,
        entry.is_default_delivery,
        entry.is_default_billing,
        entry.version,
        entry.updated_at,
    )


def _summary(entry: AddressEntry) -> dict[str, object]:
    """What the audit log may know of an entry."""
    return {
        "country": entry.address.country,
        "is_default_delivery": entry.is_default_delivery,
        "is_default_billing": entry.is_default_billing,
        "version": entry.version,
    }
