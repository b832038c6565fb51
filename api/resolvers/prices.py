"""Setting list prices."""

from decimal import Decimal

import strawberry

from api.access import SIGNED_IN, mutation
from api.context import Info
from api.ids import decode
from api.schema.money import minor_units
from api.schema.prices import PriceChangeInput, PricesSet, SetPricesInput, SetPricesResult, show_prices
from domain.pricing.queries import all_prices
from domain.pricing.set_prices import PriceChange, SetPrices, set_prices
from domain.shared.money import checked_currency


@strawberry.type
class PricesMutation:
    @mutation(
        SIGNED_IN, result=SetPricesResult, description="For who holds `prices.write` for the products' suppliers."
    )
    async def set_prices(self, info: Info, input: SetPricesInput) -> PricesSet:
        changes = tuple(_change(one, f"prices.{place}") for place, one in enumerate(input.prices))
        variant_ids = await set_prices(info.context.viewer, SetPrices(changes, input.idempotency_key))
        return show_prices(variant_ids, await all_prices(variant_ids))


def _change(given: PriceChangeInput, path: str) -> PriceChange:
    currency = checked_currency(given.currency, f"{path}.currency")
    return PriceChange(
        variant_id=decode("Variant", given.variant_id, field=f"{path}.variantId"),
        currency=currency,
        minor=_minor(given.amount, currency, f"{path}.amount"),
        compare_at_minor=_minor(given.compare_at, currency, f"{path}.compareAt"),
    )


def _minor(amount: Decimal | None, currency: str, field: str) -> int | None:
    return None if amount is None else minor_units(amount, currency, field)
