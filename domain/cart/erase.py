"""Taking somebody out of the carts: what they meant to buy goes. Carts that became orders stay behind those."""

from uuid import UUID

from domain.shared.database import run
from domain.shared.transactions import require_transaction


async def erase_open_carts(person_id: UUID) -> None:
    require_transaction("erase_open_carts")
    await run("DELETE FROM cart WHERE buyer_id = $1 AND state = 'open'", person_id)
