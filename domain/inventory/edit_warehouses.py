"""Adding warehouses, and changing what is known of them."""

import re
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from domain.audit.record import record
from domain.identity.access.permissions import Permission
from domain.inventory.errors import WarehouseExists
from domain.inventory.events import WarehouseCreated, WarehouseUpdated
from domain.shared.countries import checked_country
from domain.shared.database import row, run
from domain.shared.errors import InvalidInput, StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.printable import printable_line
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
_POSITIONS = 1_000_000


@dataclass(frozen=True)
class CreateWarehouse:
    """Lists show the one with the lower `position` first; which one a channel asks first is the channel's."""

    code: str
    name: str
    country: str
    position: int = 0
    key: str | None = None


@dataclass(frozen=True)
class UpdateWarehouse:
    """What is None stays as it is."""

    warehouse_id: UUID
    name: str | None = None
    country: str | None = None
    position: int | None = None
    expected_version: int | None = None
    key: str | None = None


@use_case
async def create_warehouse(viewer: Viewer, command: CreateWarehouse) -> UUID:
    """The id of a warehouse with a code of its own, which never changes. No channel sells out of it yet.

    Raises NotSignedIn, NotAllowed, InvalidInput, WarehouseExists.
    """
    viewer.require(Permission.STOCK_WRITE)
    if not _CODE.fullmatch(command.code):
        raise InvalidInput(field="code", rule="characters", limit="a-z 0-9 - (1..30)")
    after = {
        "name": _name(command.name),
        "country": checked_country(command.country, field="country"),
        "position": _position(command.position),
    }
    warehouse_id = new_id()
    if earlier := await replayed(viewer, "createWarehouse", command, warehouse_id):
        return earlier
    stored = await run(
        """INSERT INTO warehouse (id, code, name, country, position) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (code) DO NOTHING""",
        warehouse_id,
        command.code,
        *after.values(),
    )
    if not stored:
        raise WarehouseExists(warehouse_code=command.code)
    await record(viewer, "createWarehouse", subject=("warehouse", warehouse_id), after={"code": command.code, **after})
    await emit(WarehouseCreated(subject_id=warehouse_id, sequence=1))
    return warehouse_id


@use_case
async def update_warehouse(viewer: Viewer, command: UpdateWarehouse) -> UUID:
    """Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, StaleVersion."""
    viewer.require(Permission.STOCK_WRITE)
    if earlier := await replayed(viewer, "updateWarehouse", command, command.warehouse_id):
        return earlier
    found = await _locked(command)
    before = {name: found[name] for name in ("name", "country", "position")}
    after = {
        "name": before["name"] if command.name is None else _name(command.name),
        "country": before["country"] if command.country is None else checked_country(command.country, field="country"),
        "position": before["position"] if command.position is None else _position(command.position),
    }
    await run(
        "UPDATE warehouse SET name = $2, country = $3, position = $4, version = version + 1 WHERE id = $1",
        command.warehouse_id,
        *after.values(),
    )
    await record(viewer, "updateWarehouse", subject=("warehouse", command.warehouse_id), before=before, after=after)
    await emit(WarehouseUpdated(subject_id=command.warehouse_id, sequence=found["version"] + 1))
    return command.warehouse_id


async def _locked(command: UpdateWarehouse) -> asyncpg.Record:
    found = await row(
        "SELECT name, country, position, version FROM warehouse WHERE id = $1 FOR NO KEY UPDATE", command.warehouse_id
    )
    if found is None:
        raise not_found("Warehouse", command.warehouse_id)
    if command.expected_version not in {None, found["version"]}:
        raise StaleVersion(expected=command.expected_version or 0, current=found["version"])
    return found


def _name(name: str) -> str:
    return printable_line(name, field="name", longest=120)


def _position(position: int) -> int:
    if not 0 <= position <= _POSITIONS:
        raise InvalidInput(field="position", rule="range", limit=f"0..{_POSITIONS}")
    return position
