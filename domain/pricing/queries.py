"""List prices."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.shared.database import rows
from domain.shared.money import Money


@dataclass(frozen=True, slots=True)
class ListPrice:
    """`compare_at` is a former or recommended price as somebody gave it; `struck_out` is what buyers are shown of it."""

    price: Money
    compare_at: Money | None

    @property
    def struck_out(self) -> Money | None:
        return self.compare_at if self.compare_at is not None and self.compare_at > self.price else None


async def prices(variant_ids: Sequence[UUID], currency: str) -> dict[UUID, Money]:
    """The list price by variant; a variant without one in `currency` is absent. One statement."""
    return {variant_id: found.price for variant_id, found in (await list_prices(variant_ids, currency)).items()}


async def list_prices(variant_ids: Sequence[UUID], currency: str) -> dict[UUID, ListPrice]:
    """As `prices`, with the former or recommended one. One statement."""
    found = await rows(
        """SELECT variant_id, minor, compare_at_minor FROM price
           WHERE variant_id = ANY($1) AND currency = $2""",
        list(variant_ids),
        currency,
    )
    return {one["variant_id"]: _list_price(one["minor"], one["compare_at_minor"], currency) for one in found}


async def all_prices(variant_ids: Sequence[UUID]) -> dict[UUID, list[ListPrice]]:
    """The list prices of each variant in every currency, by currency. One statement."""
    found = await rows(
        """SELECT variant_id, currency, minor, compare_at_minor FROM price
           WHERE variant_id = ANY($1) ORDER BY variant_id, currency""",
        list(variant_ids),
    )
    grouped: dict[UUID, list[ListPrice]] = defaultdict(list)
    for one in found:
        grouped[one["variant_id"]].append(_list_price(one["minor"], one["compare_at_minor"], one["currency"]))
    return grouped


def _list_price(minor: int, compare_at_minor: int | None, currency: str) -> ListPrice:
    return ListPrice(Money(minor, currency), None if compare_at_minor is None else Money(compare_at_minor, currency))
