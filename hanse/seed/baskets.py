"""What lay in each order's basket."""

from dataclasses import dataclass

import numpy as np

from hanse.seed.arrays import Bools, Floats, Ints, draw, stream
from hanse.seed.catalogue import Catalogue
from hanse.seed.customers import Customers
from hanse.seed.demand import WEEK, Demand
from hanse.seed.scale import Scale
from hanse.seed.visits import Visits

_FURTHER_LINES = 1.45
_COMPANION = 0.5
"""How often something that goes with the first thing is bought with it."""

_STAPLE, _STAPLES = 0.3, 5
"""How often a line is one of the few things that a customer buys again and again, and how many those are."""

_BOUGHT_TWICE = 0.12
"""How often a thing that lasts is bought again all the same."""


@dataclass(frozen=True)
class Lines:
    """Sorted by order; the products of an order differ."""

    order: Ints
    product: Ints
    variant: Ints
    quantity: Ints


def fill_baskets(visits: Visits, customers: Customers, demand: Demand, catalogue: Catalogue, scale: Scale) -> Lines:
    rng = stream(scale.number, "baskets")
    order = np.repeat(np.arange(len(visits.day)), 1 + rng.poisson(_FURTHER_LINES, len(visits.day)))
    product = _wanted(visits, demand, order, rng)
    order, product = _with_companions(visits, demand, (order, product), rng)
    once = _first_of_each(order, product, len(catalogue.products))
    order, product = order[once], product[once]
    kept = _not_owned(visits, demand, (order, product), rng)
    order, product = order[kept], product[kept]
    return Lines(
        order=order,
        product=product,
        variant=_variants(customers.fit[visits.customer[order]], product, catalogue, rng),
        quantity=_quantities(demand.repeat[product], customers.bulk[visits.customer[order]], rng),
    )


def _wanted(visits: Visits, demand: Demand, order: Ints, rng: np.random.Generator) -> Ints:
    customer, week = visits.customer[order], visits.day[order] // WEEK
    product = np.empty(len(order), dtype=np.int64)
    for number, wave in enumerate(demand.wave):
        here = np.flatnonzero(week == number)
        if len(here):
            people, row = np.unique(customer[here], return_inverse=True)
            product[here] = draw(demand.wish[people] * wave, row, rng)
    staples = _staples(demand, rng)[customer, rng.integers(0, _STAPLES, len(order))]
    again = (rng.random(len(order)) < _STAPLE) & (demand.launched[staples] <= week * WEEK)
    return np.where(again, staples, product)


def _staples(demand: Demand, rng: np.random.Generator) -> Ints:
    everybody = np.repeat(np.arange(len(demand.wish)), _STAPLES)
    return draw(demand.wish * demand.repeat, everybody, rng).reshape(-1, _STAPLES)


def _with_companions(
    visits: Visits, demand: Demand, lines: tuple[Ints, Ints], rng: np.random.Generator
) -> tuple[Ints, Ints]:
    order, product = lines
    first = np.flatnonzero(np.diff(order, prepend=-1))
    first = first[rng.random(len(first)) < _COMPANION]
    partner = demand.partners[product[first], rng.choice(demand.partners.shape[1], len(first), p=(0.55, 0.3, 0.15))]
    fitting = (partner >= 0) & (demand.launched[partner] <= visits.day[order[first]])
    order = np.concatenate([order, order[first[fitting]]])
    product = np.concatenate([product, partner[fitting]])
    sorting = np.argsort(order, kind="stable")
    return order[sorting], product[sorting]


def _first_of_each(order: Ints, product: Ints, products: int) -> Ints:
    _, kept = np.unique(order * products + product, return_index=True)
    return np.sort(kept)


def _not_owned(visits: Visits, demand: Demand, lines: tuple[Ints, Ints], rng: np.random.Generator) -> Bools:
    """Without most of the things that last and that the customer has bought before; no order is left empty."""
    order, product = lines
    _, first = np.unique(visits.customer[order] * demand.wish.shape[1] + product, return_index=True)
    new = np.zeros(len(order), dtype=bool)
    new[first] = True
    twice = rng.random(len(order)) < np.maximum(demand.repeat[product], _BOUGHT_TWICE)
    kept = new | twice
    left_empty = np.bincount(order, weights=kept) == 0
    needed: Bools = kept | ((np.diff(order, prepend=-1) > 0) & left_empty[order])
    return needed


def _variants(fit: Floats, product: Ints, catalogue: Catalogue, rng: np.random.Generator) -> Ints:
    """People keep to their size, nearly always."""
    count = np.bincount(catalogue.product_of)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    place = (fit + rng.normal(0, 0.06, len(fit))).clip(0, 0.999) * count[product]
    return first[product] + place.astype(np.int64)


def _quantities(repeat: Floats, bulk: Ints, rng: np.random.Generator) -> Ints:
    more = rng.geometric(np.where(repeat > 0.4, 0.72, 0.92), len(repeat))
    return np.minimum(more, 6) * bulk
