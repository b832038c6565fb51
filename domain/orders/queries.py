"""Reading orders. What a viewer may see is decided by `visibility.py` alone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from domain.orders.states import OrderFacts, OrderLineFacts, OrderState
from domain.orders.visibility import visible_orders
from domain.shared.database import row, rows, value
from domain.shared.money import Money
from domain.shared.viewer import Viewer

_COLUMNS = """o.id, o.number, o.buyer_id, o.state, o.version, o.currency, o.total_minor, o.channel, o.country,
    o.placed_at, o.updated_at,
    ARRAY(SELECT DISTINCT l.supplier_id FROM order_line l WHERE l.order_id = o.id) AS supplier_ids"""


@dataclass(frozen=True)
class OrderUpdateFacts:
    """One event of one order, at its place in the global order of events."""

    position: int
    event_id: UUID
    order_id: UUID
    kind: str
    sequence: int
    state: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class EventParties:
    """Who has to do with the order of one event."""

    position: int
    order_id: UUID
    buyer_id: UUID
    channel: str
    supplier_ids: frozenset[UUID]


async def facts(order_id: UUID, *, lock: bool = False) -> OrderFacts | None:
    """The order whoever asks, its row locked until the transaction ends when `lock` is set."""
    locking = "FOR UPDATE OF o" if lock else ""
    found = await row(f"SELECT {_COLUMNS} FROM orders o WHERE o.id = $1 {locking}", order_id)
    return None if found is None else _facts(found)


async def orders(viewer: Viewer, order_ids: Sequence[UUID]) -> dict[UUID, OrderFacts]:
    """Those of `order_ids` that the viewer may see. One statement."""
    condition, values = visible_orders(viewer, placeholder=2)
    found = await rows(
        f"SELECT {_COLUMNS} FROM orders o WHERE o.id = ANY($1) AND {condition}", list(order_ids), *values
    )
    return {r["id"]: _facts(r) for r in found}


async def newest_orders(
    viewer: Viewer, *, first: int, after: tuple[datetime, UUID] | None, state: str | None
) -> list[OrderFacts]:
    """A page of the orders that the viewer may see, newest first, behind the key `after`. One statement."""
    condition, values = visible_orders(viewer, placeholder=5)
    placed_at, order_id = after or (None, None)
    found = await rows(
        f"""SELECT {_COLUMNS} FROM orders o
            WHERE ($1::timestamptz IS NULL OR (o.placed_at, o.id) < ($1, $2::uuid))
              AND ($3::text IS NULL OR o.state = $3) AND {condition}
            ORDER BY o.placed_at DESC, o.id DESC LIMIT $4""",
        placed_at,
        order_id,
        state,
        first,
        *values,
    )
    return [_facts(r) for r in found]


async def lines_of(order_ids: Sequence[UUID]) -> dict[UUID, list[OrderLineFacts]]:
    """The lines of orders that the caller has been shown, in their order. One statement."""
    found = await rows(
        """SELECT l.*, o.currency FROM order_line l JOIN orders o ON o.id = l.order_id
           WHERE l.order_id = ANY($1) ORDER BY l.order_id, l.position""",
        list(order_ids),
    )
    grouped: dict[UUID, list[OrderLineFacts]] = defaultdict(list)
    for r in found:
        grouped[r["order_id"]].append(_line(r))
    return grouped


async def updates_after(viewer: Viewer, position: int, *, order_id: UUID | None, limit: int) -> list[OrderUpdateFacts]:
    """The next events behind `position` of the orders that the viewer may see, in the global order. One statement."""
    condition, values = visible_orders(viewer, placeholder=4)
    found = await rows(
        f"""SELECT e.position, e.id, e.subject_id, e.kind, e.sequence, e.data->>'state' AS state, e.occurred_at
            FROM event e JOIN orders o ON o.id = e.subject_id
            WHERE e.position > $1 AND e.subject_type = 'order' AND ($2::uuid IS NULL OR e.subject_id = $2) AND {condition}
            ORDER BY e.position LIMIT $3""",
        position,
        order_id,
        limit,
        *values,
    )
    return [OrderUpdateFacts(*r) for r in found]


async def parties_between(after: int, until: int) -> list[EventParties]:
    """Of every order event with a position behind `after` and up to `until`: whose order it is. One statement."""
    found = await rows(
        """SELECT e.position, e.subject_id, o.buyer_id, o.channel,
                  ARRAY(SELECT DISTINCT l.supplier_id FROM order_line l WHERE l.order_id = o.id) AS supplier_ids
           FROM event e JOIN orders o ON o.id = e.subject_id
           WHERE e.position > $1 AND e.position <= $2 AND e.subject_type = 'order' ORDER BY e.position""",
        after,
        until,
    )
    return [
        EventParties(r["position"], r["subject_id"], r["buyer_id"], r["channel"], frozenset(r["supplier_ids"]))
        for r in found
    ]


async def newest_position() -> int:
    """The position of the newest event of any kind: whoever has read up to it has missed nothing."""
    found: int = await value("SELECT coalesce(max(position), 0) FROM event")
    return found


async def count_orders_between(buyer_id: UUID, since: datetime, until: datetime) -> int:
    """The buyer's orders placed from `since` to `until`, both included."""
    counted: int = await value(
        "SELECT count(*) FROM orders WHERE buyer_id = $1 AND placed_at BETWEEN $2 AND $3", buyer_id, since, until
    )
    return counted


def _facts(r: asyncpg.Record) -> OrderFacts:
    return OrderFacts(
        id=r["id"],
        number=r["number"],
        buyer_id=r["buyer_id"],
        state=OrderState(r["state"]),
        version=r["version"],
        total=Money(r["total_minor"], r["currency"]),
        channel=r["channel"],
        country=r["country"],
        placed_at=r["placed_at"],
        updated_at=r["updated_at"],
        supplier_ids=frozenset(r["supplier_ids"]),
    )


def _line(r: asyncpg.Record) -> OrderLineFacts:
    return OrderLineFacts(
        id=r["id"],
        order_id=r["order_id"],
        product_id=r["product_id"],
        variant_id=r["variant_id"],
        supplier_id=r["supplier_id"],
        sku=r["sku"],
        name=r["name"],
        quantity=r["quantity"],
        unit=Money(r["unit_minor"], r["currency"]),
        total=Money(r["total_minor"], r["currency"]),
    )
