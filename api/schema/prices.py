"""List prices as those see them who set them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.ids import encode
from api.schema.money import Money, shown
from domain.pricing.queries import ListPrice


@strawberry.type(directives=[Access(requires=PARENT)], description="What a variant costs in one currency.")
class VariantPrice:
    variant_id: strawberry.ID
    price: Money
    compare_at: Money | None = strawberry.field(
        description="A former or recommended price; buyers are shown it where it is higher."
    )


@strawberry.type(directives=[Access(requires=PARENT)])
class PricesSet:
    prices: list[VariantPrice] = strawberry.field(description="All that the variants cost now, in every currency.")


@strawberry.input
class PriceChangeInput:
    variant_id: strawberry.ID
    currency: str = strawberry.field(description="ISO 4217; it need not be sold in yet.")
    amount: Decimal | None = strawberry.field(
        default=None, description="In major units; without one, the price is removed."
    )
    compare_at: Decimal | None = strawberry.field(
        default=None, description="A former or recommended price, higher than the amount; without one there is none."
    )


@strawberry.input(description="All of them are set, or none. At most 500.")
class SetPricesInput:
    prices: list[PriceChangeInput]
    idempotency_key: str | None = None


SetPricesResult = result("SetPricesResult", PricesSet)


def show_prices(variant_ids: Sequence[UUID], found: Mapping[UUID, Sequence[ListPrice]]) -> PricesSet:
    return PricesSet(prices=[_price(one, price) for one in variant_ids for price in found.get(one, ())])


def _price(variant_id: UUID, facts: ListPrice) -> VariantPrice:
    return VariantPrice(
        variant_id=strawberry.ID(encode("Variant", variant_id)),
        price=shown(facts.price),
        compare_at=None if facts.compare_at is None else shown(facts.compare_at),
    )
