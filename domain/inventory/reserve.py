"""Claiming goods for a cart or an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.inventory.errors import OutOfStock
from domain.inventory.move import Move, move
from domain.inventory.rules import Level, Pick, Shortage, pick
from domain.shared.database import rows, run
from domain.shared.transactions import require_transaction


@dataclass(frozen=True, slots=True)
class Claim:
    """An order claims for good, and is `taking_over` what its cart holds; a cart claims until `expires_at`."""

    owner_id: UUID
    expires_at: datetime | None = None
    taking_over: UUID | None = None

    @property
    def holder_id(self) -> UUID | None:
        """Who may hold something of it already. An order that takes nothing over does not: it claims once."""
        return self.taking_over or (self.owner_id if self.expires_at else None)


async def reserve(claim: Claim, wanted: Mapping[UUID, int], skus: Mapping[UUID, str], *, channel: str) -> None:
    """Let the claim's owner hold exactly `wanted` (units by variant) in the channel's warehouses, all or nothing.

    What is held already is raised or lowered to `wanted`, and expires when the claim does. It stays its holder's also where
    goods were lost, or the warehouse left the channel, since. `skus` names the variants in the refusal. Raises OutOfStock.

    The caller has locked the cart. The holder's reservations are locked first, then the stock rows in the order of their
    ids, as everywhere, so that parallel claims wait and never deadlock. Three statements where nothing can be held yet,
    else five, whatever the number of lines.
    """
    require_transaction("reserve")
    held = await _held(claim.holder_id) if claim.holder_id else {}
    picks = pick(wanted, await _locked(wanted, held, channel))
    if isinstance(picks, Shortage):
        raise OutOfStock(sku=skus[picks.variant_id], requested=picks.requested, available=picks.available)
    await move(_moves(claim, picks, held))
    await _store(claim, picks, held)


async def _held(holder_id: UUID) -> dict[UUID, int]:
    found = await rows(
        "SELECT level_id, quantity FROM reservation WHERE owner_id = $1 AND state = 'held' ORDER BY level_id FOR UPDATE",
        holder_id,
    )
    return {r["level_id"]: r["quantity"] for r in found}


async def _locked(wanted: Mapping[UUID, int], held: Mapping[UUID, int], channel: str) -> Sequence[Level]:
    """The levels that may give, and those that are held; out of a warehouse that is not the channel's nothing is taken."""
    found = await rows(
        """SELECT s.id, s.variant_id, s.on_hand - s.reserved - s.safety + s.backorder_limit AS available, c.position
           FROM stock_level s
           LEFT JOIN channel_warehouse c ON c.warehouse_id = s.warehouse_id AND c.channel = $2
           WHERE (s.variant_id = ANY($1) AND c.id IS NOT NULL) OR s.id = ANY($3)
           ORDER BY s.id FOR UPDATE OF s""",
        list(wanted),
        channel,
        list(held),
    )
    return [
        Level(
            id=r["id"],
            variant_id=r["variant_id"],
            available=0 if r["position"] is None else max(0, r["available"]),
            preference=r["position"] or 0,
            held=held.get(r["id"], 0),
        )
        for r in found
    ]


def _moves(claim: Claim, picks: Sequence[Pick], held: Mapping[UUID, int]) -> list[Move]:
    picked = {one.level_id: one.quantity for one in picks}
    deltas = {level_id: picked.get(level_id, 0) - held.get(level_id, 0) for level_id in {**held, **picked}}
    return [
        Move(level_id=level_id, kind="reserve" if delta > 0 else "release", reserved=delta, reference=claim.owner_id)
        for level_id, delta in deltas.items()
        if delta
    ]


async def _store(claim: Claim, picks: Sequence[Pick], held: Mapping[UUID, int]) -> None:
    """What is held goes to the owner with its new quantity, or is released; what is new comes beside it."""
    picked = {one.level_id: one.quantity for one in picks}
    if held:
        await run(
            """UPDATE reservation r
               SET owner_id = $2, expires_at = $3, state = CASE WHEN n.quantity > 0 THEN 'held' ELSE 'released' END,
                   quantity = CASE WHEN n.quantity > 0 THEN n.quantity ELSE r.quantity END
               FROM unnest($4::uuid[], $5::bigint[]) AS n(level_id, quantity)
               WHERE r.owner_id = $1 AND r.state = 'held' AND r.level_id = n.level_id""",
            claim.holder_id,
            claim.owner_id,
            claim.expires_at,
            list(held),
            [picked.get(level_id, 0) for level_id in held],
        )
    if added := {level_id: quantity for level_id, quantity in picked.items() if level_id not in held}:
        await run(
            """INSERT INTO reservation (id, owner_id, level_id, quantity, state, expires_at)
               SELECT gen_random_uuid(), $1, n.level_id, n.quantity, 'held', $2
               FROM unnest($3::uuid[], $4::bigint[]) AS n(level_id, quantity)""",
            claim.owner_id,
            claim.expires_at,
            list(added),
            list(added.values()),
        )
