"""Letting the listings follow the stock, later."""

from uuid import UUID

from domain.inventory.refresh_stocked import refresh_stocked
from domain.shared.database import rows
from domain.shared.inbox import first_time
from domain.shared.transactions import use_case

_CHUNK = 500


@use_case
async def keep_variant_stocked(event_id: UUID, variant_id: UUID) -> None:
    """The variant began or ceased to be available in some warehouse; once an event."""
    if await first_time("refresh_stocked", event_id):
        await refresh_stocked({r["product_id"] for r in await rows(_PRODUCT_OF, variant_id)})


async def keep_all_stocked(event_id: UUID) -> None:
    """A channel sells out of other warehouses: every product that lies somewhere is looked at, in chunks.

    A chunk that is done is done; broken off, it begins again, and finds what is right already.
    """
    behind: UUID | None = None
    while chunk := await use_case(_refresh_chunk)(behind):
        behind = chunk[-1]
    await use_case(first_time)("refresh_all_stocked", event_id)


async def _refresh_chunk(behind: UUID | None) -> list[UUID]:
    found = [r["id"] for r in await rows(_NEXT, behind, _CHUNK)]
    await refresh_stocked(found)
    return found


_PRODUCT_OF = "SELECT product_id FROM variant WHERE id = $1"
_NEXT = """SELECT p.product_id AS id FROM product_listing p WHERE ($1::uuid IS NULL OR p.product_id > $1)
           ORDER BY p.product_id LIMIT $2"""
