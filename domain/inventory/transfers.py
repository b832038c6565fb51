"""Reading transfers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.identity.access.permissions import Permission
from domain.shared.database import rows
from domain.shared.viewer import Viewer


@dataclass(frozen=True, slots=True)
class TransferFacts:
    id: UUID
    source_id: UUID
    destination_id: UUID
    state: str
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TransferLineFacts:
    variant_id: UUID
    sku: str
    quantity: int
    received: int


_COLUMNS = "id, source_id, destination_id, state, version, created_at, updated_at"


async def transfers(
    viewer: Viewer, *, state: str | None, first: int, after: tuple[datetime, UUID] | None
) -> list[TransferFacts]:
    """A page, newest first. One statement. Raises NotSignedIn, NotAllowed."""
    viewer.require(Permission.STOCK_WRITE)
    created_at, transfer_id = after or (None, None)
    found = await rows(
        f"""SELECT {_COLUMNS} FROM stock_transfer
            WHERE ($1::text IS NULL OR state = $1) AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
            ORDER BY created_at DESC, id DESC LIMIT $4""",
        state,
        created_at,
        transfer_id,
        first,
    )
    return [TransferFacts(*r) for r in found]


async def transfers_by_id(viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, TransferFacts]:
    """None for who may not keep all stock. One statement."""
    if not viewer.may(Permission.STOCK_WRITE):
        return {}
    found = await rows(f"SELECT {_COLUMNS} FROM stock_transfer WHERE id = ANY($1)", list(ids))
    return {r["id"]: TransferFacts(*r) for r in found}


async def transfer_lines(transfer_ids: Sequence[UUID]) -> dict[UUID, list[TransferLineFacts]]:
    """The lines of transfers that the caller has been shown. One statement."""
    found = await rows(
        """SELECT l.transfer_id, l.variant_id, v.sku, l.quantity, l.received
           FROM stock_transfer_line l JOIN variant v ON v.id = l.variant_id
           WHERE l.transfer_id = ANY($1) ORDER BY l.id""",
        list(transfer_ids),
    )
    grouped: dict[UUID, list[TransferLineFacts]] = defaultdict(list)
    for transfer_id, *line in found:
        grouped[transfer_id].append(TransferLineFacts(*line))
    return grouped
