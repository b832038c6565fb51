"""Adding suppliers, and changing what is known of them."""

import re
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from domain.audit.record import record
from domain.identity.access.permissions import Permission
from domain.identity.access.suppliers import may_see
from domain.identity.errors import SupplierExists
from domain.identity.events import SupplierCreated, SupplierUpdated
from domain.shared.clock import now
from domain.shared.countries import checked_country
from domain.shared.database import row, run
from domain.shared.errors import InvalidInput, StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.printable import printable_line
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True)
class CreateSupplier:
    code: str
    name: str
    country: str
    key: str | None = None


@dataclass(frozen=True)
class UpdateSupplier:
    """What is None stays as it is."""

    supplier_id: UUID
    name: str | None = None
    country: str | None = None
    expected_version: int | None = None
    key: str | None = None


@use_case
async def create_supplier(viewer: Viewer, command: CreateSupplier) -> UUID:
    """The id of a supplier with a code of their own, which never changes. Raises NotSignedIn, NotAllowed, InvalidInput,
    SupplierExists, IdempotencyKeyReused."""
    viewer.require(Permission.SUPPLIERS_WRITE)
    if not _CODE.fullmatch(command.code):
        raise InvalidInput(field="code", rule="characters", limit="a-z 0-9 - (1..60)")
    name, country = _name(command.name), checked_country(command.country, field="country")
    supplier_id = new_id()
    if earlier := await replayed(viewer, "createSupplier", command, supplier_id):
        return earlier
    stored = await run(
        """INSERT INTO supplier (id, code, name, country, version, created_at) VALUES ($1, $2, $3, $4, 1, $5)
           ON CONFLICT (code) DO NOTHING""",
        supplier_id,
        command.code,
        name,
        country,
        now(),
    )
    if not stored:
        raise SupplierExists(supplier_code=command.code)
    after = {"code": command.code, "name": name, "country": country}
    await record(viewer, "createSupplier", subject=("supplier", supplier_id), after=after)
    await emit(SupplierCreated(subject_id=supplier_id, sequence=1))
    return supplier_id


@use_case
async def update_supplier(viewer: Viewer, command: UpdateSupplier) -> UUID:
    """Raises NotSignedIn, NotAllowed, NotFound (also for suppliers that the viewer may not see), InvalidInput,
    StaleVersion, IdempotencyKeyReused."""
    viewer.require_somewhere(Permission.SUPPLIERS_WRITE)
    if earlier := await replayed(viewer, "updateSupplier", command, command.supplier_id):
        return earlier
    found = await _changeable(viewer, command)
    before = {"name": found["name"], "country": found["country"]}
    after = {
        "name": before["name"] if command.name is None else _name(command.name),
        "country": before["country"] if command.country is None else checked_country(command.country, field="country"),
    }
    await run(
        "UPDATE supplier SET name = $2, country = $3, version = version + 1 WHERE id = $1",
        command.supplier_id,
        after["name"],
        after["country"],
    )
    await record(viewer, "updateSupplier", subject=("supplier", command.supplier_id), before=before, after=after)
    await emit(SupplierUpdated(subject_id=command.supplier_id, sequence=found["version"] + 1))
    return command.supplier_id


async def _changeable(viewer: Viewer, command: UpdateSupplier) -> asyncpg.Record:
    """The supplier, locked."""
    found = await row("SELECT name, country, version FROM supplier WHERE id = $1 FOR UPDATE", command.supplier_id)
    if found is None or not may_see(viewer, command.supplier_id):
        raise not_found("Supplier", command.supplier_id)
    viewer.require_for(Permission.SUPPLIERS_WRITE, suppliers=frozenset({command.supplier_id}))
    if command.expected_version not in {None, found["version"]}:
        raise StaleVersion(expected=command.expected_version or 0, current=found["version"])
    return found


def _name(name: str) -> str:
    return printable_line(name, field="name", longest=200)
