"""Sending goods from one warehouse to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.identity.access.permissions import Permission
from domain.inventory.errors import OutOfStock
from domain.inventory.events import TransferSent
from domain.inventory.levels import LockedLevel, lock_levels
from domain.inventory.move import Move, move
from domain.inventory.ownership import Stockable, stockable
from domain.inventory.quantities import checked_units
from domain.inventory.refresh_stocked import refresh_stocked
from domain.inventory.warehouses import require_warehouse
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.errors import InvalidInput, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

MAX_LINES = 500


@dataclass(frozen=True)
class TransferLine:
    variant_id: UUID
    quantity: int


@dataclass(frozen=True)
class SendTransfer:
    source_id: UUID
    destination_id: UUID
    lines: tuple[TransferLine, ...]
    key: str | None = None

    def places(self) -> list[tuple[UUID, UUID]]:
        ends = (self.source_id, self.destination_id)
        return [(line.variant_id, warehouse_id) for line in self.lines for warehouse_id in ends]


@dataclass(frozen=True)
class _Sent:
    id: UUID
    command: SendTransfer
    levels: Mapping[tuple[UUID, UUID], LockedLevel]

    def moves(self) -> list[Move]:
        leave, come = self.command.source_id, self.command.destination_id
        leaving = [(self.levels[line.variant_id, leave].id, line.quantity) for line in self.command.lines]
        coming = [(self.levels[line.variant_id, come].id, line.quantity) for line in self.command.lines]
        return [
            *(Move(level_id=id, kind="send", on_hand=-units, reference=self.id) for id, units in leaving),
            *(Move(level_id=id, kind="send", incoming=units, reference=self.id) for id, units in coming),
        ]


@use_case
async def send_transfer(viewer: Viewer, command: SendTransfer) -> UUID:
    """Take the goods out of one warehouse and let another expect them. Returns the transfer's id.

    What is reserved stays where it is; what is only held back from sale may be sent. Raises NotSignedIn, NotAllowed,
    InvalidInput, NotFound, OutOfStock.
    """
    viewer.require(Permission.STOCK_WRITE)
    _check(command)
    transfer_id = new_id()
    if earlier := await replayed(viewer, "createTransfer", command, transfer_id):
        return earlier
    known = await stockable(viewer, [line.variant_id for line in command.lines])
    for line in command.lines:
        if line.variant_id not in known:
            raise not_found("Variant", line.variant_id)
    for warehouse_id in (command.source_id, command.destination_id):
        await require_warehouse(warehouse_id)
    levels = await lock_levels(command.places())
    _require_there(command, levels, known)
    await _store(transfer_id, command)
    await move(_Sent(transfer_id, command, levels).moves(), quietly=True)
    ends = {"source_id": command.source_id, "destination_id": command.destination_id}
    after = {**ends, "units": sum(line.quantity for line in command.lines)}
    await record(viewer, "createTransfer", subject=("stock_transfer", transfer_id), after=after)
    await emit(TransferSent(subject_id=transfer_id, sequence=1))
    await refresh_stocked({one.product_id for one in known.values()})
    return transfer_id


def _check(command: SendTransfer) -> None:
    if command.source_id == command.destination_id:
        raise InvalidInput(field="destinationId", rule="otherWarehouse")
    if not 1 <= len(command.lines) <= MAX_LINES:
        raise InvalidInput(field="lines", rule="count", limit=f"1..{MAX_LINES}")
    if len({line.variant_id for line in command.lines}) < len(command.lines):
        raise InvalidInput(field="lines", rule="unique")
    for number, line in enumerate(command.lines):
        checked_units(line.quantity, field=f"lines.{number}.quantity", least=1)


def _require_there(
    command: SendTransfer, levels: Mapping[tuple[UUID, UUID], LockedLevel], known: Mapping[UUID, Stockable]
) -> None:
    for line in command.lines:
        level = levels[line.variant_id, command.source_id]
        free = max(0, level.on_hand - level.reserved)
        if line.quantity > free:
            raise OutOfStock(sku=known[line.variant_id].sku, requested=line.quantity, available=free)


async def _store(transfer_id: UUID, command: SendTransfer) -> None:
    await run(
        """INSERT INTO stock_transfer (id, source_id, destination_id, state, version, created_at, updated_at)
           VALUES ($1, $2, $3, 'sent', 1, $4, $4)""",
        transfer_id,
        command.source_id,
        command.destination_id,
        now(),
    )
    await run(
        """INSERT INTO stock_transfer_line (id, transfer_id, variant_id, quantity, received)
           SELECT n.id, $1, n.variant_id, n.quantity, 0
           FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) AS n(id, variant_id, quantity)""",
        transfer_id,
        [new_id() for _ in command.lines],
        [line.variant_id for line in command.lines],
        [line.quantity for line in command.lines],
    )
