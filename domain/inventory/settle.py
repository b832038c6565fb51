"""What becomes of a claim: given back, sent, or come home."""

from collections.abc import Mapping
from uuid import UUID

from domain.inventory.errors import OutOfStock
from domain.inventory.move import Move, move
from domain.shared.database import rows, run
from domain.shared.transactions import require_transaction

_DELTAS = {"release": (0, -1), "ship": (-1, -1), "return": (1, 0)}
"""By kind of movement: the signs of the changes of on hand and of reserved."""


async def release(owner_id: UUID) -> None:
    """Give back what `owner_id` still holds. A second call finds nothing to give back."""
    await _settle(owner_id, kind="release", new_state="released")


async def ship(owner_id: UUID) -> None:
    """Take what `owner_id` holds out of the warehouses. Raises OutOfStock where fewer are there than were promised.

    Such goods were sold before they came, or counted away since: they come, or are counted, before they can be sent.
    """
    await _settle(owner_id, kind="ship", new_state="shipped")


async def restock(owner_id: UUID) -> None:
    """Put back what was shipped to `owner_id` and has come home."""
    await _settle(owner_id, kind="return", new_state="released", old_state="shipped")


async def _settle(owner_id: UUID, *, kind: str, new_state: str, old_state: str = "held") -> None:
    require_transaction(kind)
    on_hand, reserved = _DELTAS[kind]
    held = await rows(
        "SELECT level_id, quantity FROM reservation WHERE owner_id = $1 AND state = $2 ORDER BY level_id FOR UPDATE",
        owner_id,
        old_state,
    )
    quantities = {r["level_id"]: r["quantity"] for r in held}
    await _lock(quantities, taken_out=on_hand < 0)
    await move(
        [
            Move(level_id=level_id, kind=kind, on_hand=on_hand * units, reserved=reserved * units, reference=owner_id)
            for level_id, units in quantities.items()
        ]
    )
    await run("UPDATE reservation SET state = $3 WHERE owner_id = $1 AND state = $2", owner_id, old_state, new_state)


async def _lock(quantities: Mapping[UUID, int], *, taken_out: bool) -> None:
    found = await rows(
        """SELECT s.id, s.on_hand, v.sku FROM stock_level s JOIN variant v ON v.id = s.variant_id
           WHERE s.id = ANY($1) ORDER BY s.id FOR UPDATE OF s""",
        list(quantities),
    )
    for level in found:
        if taken_out and level["on_hand"] < quantities[level["id"]]:
            raise OutOfStock(sku=level["sku"], requested=quantities[level["id"]], available=level["on_hand"])
