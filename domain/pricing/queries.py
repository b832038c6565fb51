"""List prices."""

from collections.abc import Sequence
from uuid import UUID

from domain.shared.database import rows
from domain.shared.money import Money


async def prices(variant_ids: Sequence[UUID], currency: str) -> dict[UUID, Money]:
    """The list price by variant; a variant without one in `currency` is absent. One statement."""
    found = await rows(
        "SELECT variant_id, minor FROM price WHERE variant_id = ANY($1) AND currency = $2", list(variant_ids), currency
    )
    return {r["variant_id"]: Money(r["minor"], currency) for r in found}
