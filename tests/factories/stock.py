"""Warehouses, people who keep stock, and what the database says of levels."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from domain.identity.access.permissions import Permission
from domain.inventory.edit_warehouses import CreateWarehouse, create_warehouse
from domain.inventory.levels import lock_levels
from domain.inventory.move import Move, move
from domain.inventory.set_channel_warehouses import SetChannelWarehouses, set_channel_warehouses
from domain.shared.clock import now
from domain.shared.database import rows, run, value
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM, Viewer
from tests.factories.goods import Goods, some_goods
from tests.factories.roles import a_person_with

_BALANCE = """
    SELECT s.variant_id, s.warehouse_id, s.on_hand, s.reserved, s.incoming,
           coalesce(m.on_hand, 0) AS on_hand_moved, coalesce(m.reserved, 0) AS reserved_moved,
           coalesce(m.incoming, 0) AS incoming_moved, coalesce(r.units, 0) AS held
    FROM stock_level s
    LEFT JOIN (SELECT level_id, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved,
                      sum(incoming_delta) AS incoming FROM stock_movement GROUP BY 1) m ON m.level_id = s.id
    LEFT JOIN (SELECT level_id, sum(quantity) AS units FROM reservation WHERE state = 'held' GROUP BY 1) r
      ON r.level_id = s.id
    WHERE s.variant_id = ANY($1) ORDER BY 1, 2"""


@dataclass(frozen=True)
class Level:
    on_hand: int
    reserved: int
    incoming: int


async def a_keeper(*, supplier_id: UUID | None = None) -> Viewer:
    """Somebody who keeps all stock, or that of one supplier."""
    return await a_person_with(Permission.STOCK_WRITE, supplier_id=supplier_id)


async def a_warehouse() -> UUID:
    """One that no channel sells out of."""
    return await create_warehouse(PLATFORM, CreateWarehouse(f"w-{new_id().hex[:24]}", "Test", "DE"))


async def a_channel(*warehouse_ids: UUID) -> str:
    """One of its own that sells out of these, the first one first."""
    channel_id = new_id()
    name = f"c{channel_id.hex}"
    await run(
        """INSERT INTO channel (id, name, title, currencies, languages, countries, is_open, position, version, created_at)
           VALUES ($1, $2, 'Test', '["EUR"]', '["en"]', '[]', TRUE, 9, 1, $3)""",
        channel_id,
        name,
        now(),
    )
    await set_channel_warehouses(PLATFORM, SetChannelWarehouses(name, warehouse_ids))
    return name


async def goods_in(*warehouse_ids: UUID, units: int = 0, supplier_id: UUID | None = None) -> Goods:
    """Goods of which so many lie in each of these warehouses, and none elsewhere."""
    goods = await some_goods(stock=(), supplier_id=supplier_id)
    await fill(goods, warehouse_ids, units)
    return goods


@use_case
async def fill(goods: Goods, warehouse_ids: Sequence[UUID], units: int) -> None:
    levels = await lock_levels([(goods.variant_id, one) for one in warehouse_ids])
    await move([Move(level_id=one.id, kind="receipt", on_hand=units) for one in levels.values()], quietly=True)


async def level_of(goods: Goods, warehouse_id: UUID) -> Level:
    (found,) = await rows(
        "SELECT on_hand, reserved, incoming FROM stock_level WHERE variant_id = $1 AND warehouse_id = $2",
        goods.variant_id,
        warehouse_id,
    )
    return Level(*found)


async def level_id_of(goods: Goods, warehouse_id: UUID) -> UUID:
    found: UUID = await value(
        "SELECT id FROM stock_level WHERE variant_id = $1 AND warehouse_id = $2", goods.variant_id, warehouse_id
    )
    return found


async def set_level(goods: Goods, warehouse_id: UUID, **columns: int | None) -> None:
    """Rules of a level, without telling anybody."""
    for column, given in columns.items():
        await run(
            f"UPDATE stock_level SET {column} = $3 WHERE variant_id = $1 AND warehouse_id = $2",
            goods.variant_id,
            warehouse_id,
            given,
        )


async def imbalances(*variant_ids: UUID) -> list[str]:
    """What is wrong with the books of these variants: levels that are not the sum of their movements, or hold other than
    is held."""
    return [
        str(dict(one))
        for one in await rows(_BALANCE, list(variant_ids))
        if (one["on_hand"], one["reserved"], one["incoming"])
        != (one["on_hand_moved"], one["reserved_moved"], one["incoming_moved"])
        or one["reserved"] != one["held"]
    ]


async def told(subject_id: UUID, kind: str) -> list[dict[str, object]]:
    """The data of the events of this kind about the subject, oldest first."""
    found = await rows(
        "SELECT data::text FROM event WHERE subject_id = $1 AND kind = $2 ORDER BY serial", subject_id, kind
    )
    return [orjson.loads(one["data"]) for one in found]
