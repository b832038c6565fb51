"""Eighteen months of orders: who, when, what, for how much, and how it ended."""

from dataclasses import dataclass

import numpy as np

from hanse.seed.arrays import DAY, Ints, stream
from hanse.seed.baskets import Lines, fill_baskets
from hanse.seed.calendar import Calendar
from hanse.seed.catalogue import Catalogue
from hanse.seed.customers import Customers
from hanse.seed.demand import Demand
from hanse.seed.lifecycle import DELIVERED, NEVER, RETURNED, Lives, make_lives
from hanse.seed.scale import Scale
from hanse.seed.visits import Visits, make_visits
from hanse.seed.vocabulary import Vocabulary

_DAYS_TO_SEND_BACK = 12


@dataclass(frozen=True)
class History:
    """`unit`, `charged`, `returned` and `given_back` are by line, `total` and `back_at` by order; amounts in minor units.

    `given_back` is the money that went back for returned units; `back_at` when units came back of an order that was
    kept otherwise, NEVER for most.
    """

    customer: Ints
    lines: Lines
    unit: Ints
    charged: Ints
    total: Ints
    lives: Lives
    returned: Ints
    given_back: Ints
    back_at: Ints


@dataclass(frozen=True)
class Shop:
    """What the history is made from."""

    words: Vocabulary
    catalogue: Catalogue
    customers: Customers
    calendar: Calendar
    demand: Demand


def make_history(shop: Shop, review_minor: int, scale: Scale) -> History:
    """Orders of `review_minor` or more may be waiting for a risk decision when they are new."""
    visits = make_visits(shop.customers, shop.calendar, scale)
    lines = fill_baskets(visits, shop.customers, shop.demand, shop.catalogue, scale)
    unit, charged = _amounts(shop, visits, lines)
    total = np.bincount(lines.order, weights=charged, minlength=scale.orders).astype(np.int64)
    first = int(np.datetime64(shop.calendar.first, "ms").astype(np.int64))
    end = first + shop.calendar.days * DAY
    lives = make_lives(first + visits.day * DAY + visits.time, total >= review_minor, end, scale)
    returned, back_at = _returns(shop, lines, lives, end, scale)
    return History(
        customer=visits.customer,
        lines=lines,
        unit=unit,
        charged=charged,
        total=total,
        lives=lives,
        returned=returned,
        given_back=(charged * returned * 2 + lines.quantity) // (2 * lines.quantity),
        back_at=back_at,
    )


def _amounts(shop: Shop, visits: Visits, lines: Lines) -> tuple[Ints, Ints]:
    customer, day = visits.customer[lines.order], visits.day[lines.order]
    unit = shop.catalogue.prices[lines.variant, shop.customers.currency[customer]]
    category = np.array([product.category for product in shop.catalogue.products])[lines.product]
    department = np.array([one.department for one in shop.words.categories])[category]
    percent = shop.calendar.discount[shop.customers.region[customer], department, day]
    listed = unit * lines.quantity
    return unit, listed - (listed * percent + 50) // 100


def _returns(shop: Shop, lines: Lines, lives: Lives, end: int, scale: Scale) -> tuple[Ints, Ints]:
    """Units that came back by line, and when, by order: everything of a returned order, a little of delivered ones."""
    rng = stream(scale.number, "returns")
    chance = np.array([shop.words.categories[product.category].returns for product in shop.catalogue.products])
    sent = lives.delivered + _DAYS_TO_SEND_BACK * DAY
    possible = (lives.state == DELIVERED) & (sent < end)
    some = possible[lines.order] & (rng.random(len(lines.order)) < chance[lines.product])
    returned = np.where(some, rng.integers(1, lines.quantity + 1), 0)
    back_at = np.full(len(lives.state), NEVER)
    back_at[lines.order[some]] = sent[lines.order[some]]
    return np.where((lives.state == RETURNED)[lines.order], lines.quantity, returned), back_at
