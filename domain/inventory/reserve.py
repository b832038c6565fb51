"""Claiming goods for an order, and what becomes of the claim."""

from collections.abc import Mapping
from uuid import UUID

from domain.inventory.errors import OutOfStock
from domain.inventory.rules import Level, Pick, Shortage, pick
from domain.shared.clock import now
from domain.shared.database import rows, run
from domain.shared.transactions import require_transaction


async def reserve(owner_id: UUID, wanted: Mapping[UUID, int], skus: Mapping[UUID, str]) -> None:
    """Reserve `wanted` (units by variant) for `owner_id`, all or nothing. Raises OutOfStock.

    Stock rows are locked in the order of their ids, as everywhere, so that parallel orders wait and never deadlock.
    Five statements, whatever the number of lines. `skus` names the variants in the refusal.
    """
    require_transaction("reserve")
    locked = await rows(
        """SELECT s.id, s.variant_id, s.on_hand - s.reserved AS available, w.position
           FROM stock_level s JOIN warehouse w ON w.id = s.warehouse_id
           WHERE s.variant_id = ANY($1) ORDER BY s.id FOR UPDATE OF s""",
        list(wanted),
    )
    picks = pick(wanted, [Level(r["id"], r["variant_id"], r["available"], r["position"]) for r in locked])
    if isinstance(picks, Shortage):
        raise OutOfStock(sku=skus[picks.variant_id], requested=picks.requested, available=picks.available)
    await _move(owner_id, picks, kind="reserve")
    await run(
        """INSERT INTO reservation (id, owner_id, level_id, quantity, state)
           SELECT gen_random_uuid(), $1, * , 'held' FROM unnest($2::uuid[], $3::bigint[])""",
        owner_id,
        [one.level_id for one in picks],
        [one.quantity for one in picks],
    )


async def release(owner_id: UUID) -> None:
    """Give back what `owner_id` still holds. A second call finds nothing to give back."""
    await _settle(owner_id, new_state="released", kind="release")


async def ship(owner_id: UUID) -> None:
    """Take what `owner_id` holds out of the warehouses."""
    await _settle(owner_id, new_state="shipped", kind="ship")


async def restock(owner_id: UUID) -> None:
    """Put back what was shipped to `owner_id` and has come home."""
    await _settle(owner_id, new_state="released", kind="return", old_state="shipped")


_DELTAS = {"reserve": (0, 1), "release": (0, -1), "ship": (-1, -1), "return": (1, 0)}
"""By kind of movement: the signs of the changes of on hand and of reserved."""


async def _settle(owner_id: UUID, *, new_state: str, kind: str, old_state: str = "held") -> None:
    require_transaction(kind)
    held = await rows(
        "SELECT level_id, quantity FROM reservation WHERE owner_id = $1 AND state = $2 ORDER BY level_id FOR UPDATE",
        owner_id,
        old_state,
    )
    await rows("SELECT 1 FROM stock_level WHERE id = ANY($1) ORDER BY id FOR UPDATE", [r["level_id"] for r in held])
    await _move(owner_id, [Pick(r["level_id"], r["quantity"]) for r in held], kind=kind)
    await run("UPDATE reservation SET state = $3 WHERE owner_id = $1 AND state = $2", owner_id, old_state, new_state)


async def _move(reference: UUID, picks: list[Pick], *, kind: str) -> None:
    on_hand, reserved = _DELTAS[kind]
    levels, quantities = [one.level_id for one in picks], [one.quantity for one in picks]
    await run(
        """UPDATE stock_level s SET on_hand = on_hand + $3 * p.quantity, reserved = reserved + $4 * p.quantity
           FROM unnest($1::uuid[], $2::bigint[]) AS p(level_id, quantity) WHERE s.id = p.level_id""",
        levels,
        quantities,
        on_hand,
        reserved,
    )
    await run(
        """INSERT INTO stock_movement (id, level_id, kind, on_hand_delta, reserved_delta, reference, at)
           SELECT gen_random_uuid(), p.level_id, $3, $4 * p.quantity, $5 * p.quantity, $6, $7
           FROM unnest($1::uuid[], $2::bigint[]) AS p(level_id, quantity)""",
        levels,
        quantities,
        kind,
        on_hand,
        reserved,
        reference,
        now(),
    )
