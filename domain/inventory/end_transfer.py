"""What becomes of a transfer: some of it arrives, all of it, or the rest comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from domain.audit.record import record
from domain.identity.access.permissions import Permission
from domain.inventory.errors import TransferClosed
from domain.inventory.events import TransferArrived, TransferCancelled
from domain.inventory.levels import lock_levels
from domain.inventory.move import Move, move
from domain.inventory.ownership import stockable
from domain.inventory.refresh_stocked import refresh_stocked
from domain.inventory.send_transfer import TransferLine
from domain.shared.clock import now
from domain.shared.database import row, rows, run
from domain.shared.errors import InvalidInput, StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class ReceiveTransfer:
    """Without lines: everything that has not arrived yet."""

    transfer_id: UUID
    lines: tuple[TransferLine, ...] | None = None
    expected_version: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class CancelTransfer:
    transfer_id: UUID
    expected_version: int | None = None
    key: str | None = None


@use_case
async def receive_transfer(viewer: Viewer, command: ReceiveTransfer) -> UUID:
    """Put what has arrived on the shelf. When all has, the transfer is closed. Returns the transfer's id.

    Raises NotSignedIn, NotAllowed, NotFound, StaleVersion, TransferClosed, and InvalidInput for more than is on its way:
    what was not sent is counted, not received.
    """
    viewer.require(Permission.STOCK_WRITE)
    if earlier := await replayed(viewer, "receiveTransfer", command, command.transfer_id):
        return earlier
    transfer = await _locked(command.transfer_id, command.expected_version)
    due = await _due(command.transfer_id)
    arrived = due if command.lines is None else _arrived(command.lines, due)
    await _move(transfer, arrived, kind="arrive")
    await run(
        """UPDATE stock_transfer_line l SET received = l.received + n.quantity
           FROM unnest($2::uuid[], $3::bigint[]) AS n(variant_id, quantity)
           WHERE l.transfer_id = $1 AND l.variant_id = n.variant_id""",
        command.transfer_id,
        list(arrived),
        list(arrived.values()),
    )
    state = "received" if sum(arrived.values()) == sum(due.values()) else "sent"
    await _close(transfer, state)
    after = {"state": state, "units": sum(arrived.values())}
    await record(viewer, "receiveTransfer", subject=("stock_transfer", command.transfer_id), after=after)
    await emit(TransferArrived(subject_id=command.transfer_id, sequence=transfer["version"] + 1, state=state))
    await _refresh(viewer, arrived)
    return command.transfer_id


@use_case
async def cancel_transfer(viewer: Viewer, command: CancelTransfer) -> UUID:
    """Put what has not arrived back where it was sent from. Returns the transfer's id.

    Raises NotSignedIn, NotAllowed, NotFound, StaleVersion, TransferClosed.
    """
    viewer.require(Permission.STOCK_WRITE)
    if earlier := await replayed(viewer, "cancelTransfer", command, command.transfer_id):
        return earlier
    transfer = await _locked(command.transfer_id, command.expected_version)
    due = await _due(command.transfer_id)
    await _move(transfer, due, kind="cancel")
    await _close(transfer, "cancelled")
    after = {"state": "cancelled", "units": sum(due.values())}
    await record(viewer, "cancelTransfer", subject=("stock_transfer", command.transfer_id), after=after)
    await emit(TransferCancelled(subject_id=command.transfer_id, sequence=transfer["version"] + 1))
    await _refresh(viewer, due)
    return command.transfer_id


async def _locked(transfer_id: UUID, expected_version: int | None) -> asyncpg.Record:
    """The transfer is locked before the stock rows."""
    found = await row(
        "SELECT id, source_id, destination_id, state, version FROM stock_transfer WHERE id = $1 FOR UPDATE", transfer_id
    )
    if found is None:
        raise not_found("StockTransfer", transfer_id)
    if expected_version not in {None, found["version"]}:
        raise StaleVersion(expected=expected_version or 0, current=found["version"])
    if found["state"] != "sent":
        raise TransferClosed(state=found["state"])
    return found


async def _due(transfer_id: UUID) -> dict[UUID, int]:
    """Units on their way, by variant."""
    found = await rows(
        """SELECT variant_id, quantity - received AS due FROM stock_transfer_line
           WHERE transfer_id = $1 AND quantity > received ORDER BY id""",
        transfer_id,
    )
    return {r["variant_id"]: r["due"] for r in found}


def _arrived(lines: tuple[TransferLine, ...], due: Mapping[UUID, int]) -> dict[UUID, int]:
    if not lines:
        raise InvalidInput(field="lines", rule="required")
    if len({line.variant_id for line in lines}) < len(lines):
        raise InvalidInput(field="lines", rule="unique")
    for number, line in enumerate(lines):
        if not 1 <= line.quantity <= due.get(line.variant_id, 0):
            limit = f"1..{due.get(line.variant_id, 0)}"
            raise InvalidInput(field=f"lines.{number}.quantity", rule="range", limit=limit)
    return {line.variant_id: line.quantity for line in lines}


async def _move(transfer: asyncpg.Record, units: Mapping[UUID, int], *, kind: str) -> None:
    to = transfer["destination_id"] if kind == "arrive" else transfer["source_id"]
    expecting = transfer["destination_id"]
    levels = await lock_levels([(variant_id, place) for variant_id in units for place in {to, expecting}])
    moves = [
        Move(
            level_id=levels[variant_id, place].id,
            kind=kind,
            on_hand=quantity if place == to else 0,
            incoming=-quantity if place == expecting else 0,
            reference=transfer["id"],
        )
        for variant_id, quantity in units.items()
        for place in sorted({to, expecting})
    ]
    await move(moves, quietly=True)


async def _close(transfer: asyncpg.Record, state: str) -> None:
    await run(
        "UPDATE stock_transfer SET state = $2, version = version + 1, updated_at = $3 WHERE id = $1",
        transfer["id"],
        state,
        now(),
    )


async def _refresh(viewer: Viewer, units: Mapping[UUID, int]) -> None:
    known = await stockable(viewer, list(units))
    await refresh_stocked({one.product_id for one in known.values()})
