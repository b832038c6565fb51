"""The only way by which a stock level's counters change: together with the movements that tell of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from domain.inventory.announce import Change, Counters, announce
from domain.shared.clock import now
from domain.shared.database import rows
from domain.shared.ids import new_id
from domain.shared.transactions import require_transaction

_MOVE = """
    WITH wanted AS (
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::uuid[],
                           $8::text[]) AS w(id, level_id, kind, on_hand, reserved, incoming, reference, reason)),
    noted AS (
      INSERT INTO stock_movement (id, level_id, kind, on_hand_delta, reserved_delta, incoming_delta, reference, reason, at)
      SELECT id, level_id, kind, on_hand, reserved, incoming, reference, reason, $9 FROM wanted),
    summed AS (
      SELECT level_id, sum(on_hand)::bigint AS on_hand, sum(reserved)::bigint AS reserved, sum(incoming)::bigint AS incoming
      FROM wanted GROUP BY level_id)
    UPDATE stock_level s
    SET on_hand = s.on_hand + d.on_hand, reserved = s.reserved + d.reserved, incoming = s.incoming + d.incoming
    FROM summed d
    WHERE s.id = d.level_id
      AND (d.reserved <= 0 OR s.reserved + d.reserved <= s.on_hand + d.on_hand - s.safety + s.backorder_limit)
    RETURNING s.id, s.variant_id, s.warehouse_id, s.safety, s.backorder_limit, s.low_at, s.on_hand, s.reserved,
              d.on_hand AS on_hand_delta, d.reserved AS reserved_delta"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A change of one level's counters. `reference` is the order, cart, transfer or import that it belongs to."""

    level_id: UUID
    kind: str
    on_hand: int = 0
    reserved: int = 0
    incoming: int = 0
    reference: UUID | None = None
    reason: str | None = None


class Oversold(Exception):
    """A move asked for more than is available, or for a level that is not there. Its caller had not looked."""


async def move(moves: Sequence[Move], *, quietly: bool = False) -> list[Change]:
    """Change the levels and write the movements, in one statement, and tell by events which thresholds were crossed.

    The caller has locked the levels, in the order of their ids, and has looked: what would reserve beyond the available
    raises Oversold. `quietly` leaves out the events of availability, for callers that refresh the listings themselves.
    """
    require_transaction("move")
    if not moves:
        return []
    changed = await rows(
        _MOVE,
        [new_id() for _ in moves],
        [one.level_id for one in moves],
        [one.kind for one in moves],
        [one.on_hand for one in moves],
        [one.reserved for one in moves],
        [one.incoming for one in moves],
        [one.reference for one in moves],
        [one.reason for one in moves],
        now(),
    )
    if len(changed) != len({one.level_id for one in moves}):
        raise Oversold(f"{len(changed)} levels of {len({one.level_id for one in moves})} could change")
    changes = [_change(one) for one in changed]
    await announce(changes, quietly=quietly)
    return changes


def _change(found: asyncpg.Record) -> Change:
    after = Counters(found["on_hand"], found["reserved"], found["safety"], found["backorder_limit"], found["low_at"])
    before = Counters(
        after.on_hand - found["on_hand_delta"],
        after.reserved - found["reserved_delta"],
        after.safety,
        after.backorder_limit,
        after.low_at,
    )
    return Change(found["id"], found["variant_id"], found["warehouse_id"], before, after)
