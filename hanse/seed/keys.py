"""The identifiers by which the rows refer to each other, and the moments that they begin with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from hanse.seed.arrays import DAY, moments, new_ids, stream
from hanse.seed.history import History, Shop
from hanse.seed.scale import Scale
from hanse.seed.stock import Stock
from hanse.seed.world import World


@dataclass(frozen=True)
class Keys:
    """Each list stands in the order of what it names."""

    opened_at: datetime
    opened: int
    suppliers: list[UUID]
    warehouses: list[UUID]
    departments: list[UUID]
    categories: list[UUID]
    customers: list[UUID]
    joined_at: list[datetime]
    products: list[UUID]
    launched_at: list[datetime]
    variants: list[UUID]
    levels: list[UUID]
    orders: list[UUID]
    payments: list[UUID]


def make_keys(shop: Shop, place: World, history: History, stock: Stock, scale: Scale) -> Keys:
    """The shop opened before its oldest customer joined and its oldest product was launched."""
    rng = stream(scale.number, "keys")
    first = int(np.datetime64(shop.calendar.first, "ms").astype(np.int64))
    launched = first + shop.demand.launched * DAY
    joined = first + shop.customers.joined * DAY
    joined -= np.where(shop.customers.joined == 0, rng.integers(1, 400, len(joined)) * DAY, 0)
    opened = int(min(launched.min(), joined.min())) - DAY

    def at_opening(count: int) -> list[UUID]:
        return new_ids(np.full(count, opened), rng)

    return Keys(
        opened_at=moments(np.array([opened]))[0],
        opened=opened,
        suppliers=at_opening(len(place.suppliers)),
        warehouses=at_opening(len(place.warehouses)),
        departments=at_opening(len(shop.words.departments)),
        categories=at_opening(len(shop.words.categories)),
        customers=new_ids(joined, rng),
        joined_at=moments(joined),
        products=new_ids(launched, rng),
        launched_at=moments(launched),
        variants=new_ids(launched[shop.catalogue.product_of], rng),
        levels=new_ids(np.full(len(stock.on_hand), stock.counted_at), rng),
        orders=new_ids(history.lives.placed, rng),
        payments=new_ids(history.lives.placed, rng),
    )
