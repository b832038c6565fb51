"""Out of which warehouses a channel sells, and which it asks first."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.identity.access.permissions import Permission
from domain.inventory.errors import WarehousesChanged
from domain.inventory.events import ChannelWarehousesSet
from domain.shared.database import rows, run, value
from domain.shared.errors import InvalidInput, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class SetChannelWarehouses:
    """In the order in which the channel asks them; `expected` are those that the caller saw, in theirs."""

    channel: str
    warehouse_ids: tuple[UUID, ...]
    expected: tuple[UUID, ...] | None = None
    key: str | None = None


@use_case
async def set_channel_warehouses(viewer: Viewer, command: SetChannelWarehouses) -> UUID:
    """Returns the channel's id. What carts and orders hold elsewhere stays theirs.

    Raises NotSignedIn, NotAllowed, InvalidInput, NotFound, WarehousesChanged.
    """
    viewer.require(Permission.STOCK_WRITE)
    if len(set(command.warehouse_ids)) < len(command.warehouse_ids):
        raise InvalidInput(field="warehouseIds", rule="unique")
    channel_id = await _locked_channel(command.channel)
    if earlier := await replayed(viewer, "setChannelWarehouses", command, channel_id):
        return earlier
    wanted, before = await _codes(command.warehouse_ids), await _current(command.channel)
    if command.expected is not None and command.expected != tuple(before):
        raise WarehousesChanged(channel=command.channel, current=tuple(before.values()))
    await _store(command)
    await record(
        viewer,
        "setChannelWarehouses",
        subject=("channel", channel_id),
        before={"warehouses": list(before.values())},
        after={"warehouses": wanted},
    )
    await emit(ChannelWarehousesSet(subject_id=channel_id, sequence=1, channel=command.channel))
    return channel_id


async def _locked_channel(name: str) -> UUID:
    """Two that set the warehouses of one channel wait for each other; its own row is not changed."""
    found: UUID | None = await value("SELECT id FROM channel WHERE name = $1 FOR NO KEY UPDATE", name)
    if found is None:
        raise InvalidInput(field="channel", rule="oneOf", limit=", ".join(await _channel_names()))
    return found


async def _channel_names() -> list[str]:
    return [r["name"] for r in await rows("SELECT name FROM channel ORDER BY position, name")]


async def _codes(warehouse_ids: Sequence[UUID]) -> list[str]:
    found = await rows("SELECT id, code FROM warehouse WHERE id = ANY($1)", list(warehouse_ids))
    codes = {r["id"]: r["code"] for r in found}
    for warehouse_id in warehouse_ids:
        if warehouse_id not in codes:
            raise not_found("Warehouse", warehouse_id)
    return [codes[one] for one in warehouse_ids]


async def _current(channel: str) -> dict[UUID, str]:
    found = await rows(
        """SELECT w.id, w.code FROM channel_warehouse c JOIN warehouse w ON w.id = c.warehouse_id
           WHERE c.channel = $1 ORDER BY c.position, w.id""",
        channel,
    )
    return {r["id"]: r["code"] for r in found}


async def _store(command: SetChannelWarehouses) -> None:
    wanted = list(command.warehouse_ids)
    await run("DELETE FROM channel_warehouse WHERE channel = $1 AND warehouse_id <> ALL($2)", command.channel, wanted)
    await run(
        """INSERT INTO channel_warehouse (id, channel, warehouse_id, position)
           SELECT n.id, $1, n.warehouse_id, n.position - 1
           FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS n(id, warehouse_id, position)
           ON CONFLICT (channel, warehouse_id) DO UPDATE SET position = excluded.position""",
        command.channel,
        [new_id() for _ in wanted],
        wanted,
    )
