"""A fresh cart."""

from dataclasses import dataclass
from uuid import UUID

from domain.audit.record import record
from domain.pricing.currencies import sold_currency
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class CreateCart:
    currency: str
    key: str | None = None


@use_case
async def create_cart(viewer: Viewer, command: CreateCart) -> UUID:
    """Open an empty cart for the viewer. Raises NotSignedIn, CurrencyNotSold."""
    buyer_id, cart_id = viewer.signed_in(), new_id()
    currency = sold_currency(command.currency)
    if earlier := await replayed(viewer, "createCart", command, cart_id):
        return earlier
    await run(
        """INSERT INTO cart (id, buyer_id, currency, state, version, created_at, updated_at)
           VALUES ($1, $2, $3, 'open', 1, $4, $4)""",
        cart_id,
        buyer_id,
        currency,
        now(),
    )
    await record(viewer, "createCart", subject=("cart", cart_id), after={"currency": currency})
    return cart_id
