"""Who ordered when."""

from dataclasses import dataclass

import numpy as np

from hanse.seed.arrays import DAY, HOUR, SECOND, Floats, Ints, stream
from hanse.seed.calendar import Calendar
from hanse.seed.customers import SAMPLE_ANALYST, SAMPLE_CUSTOMER, Customers
from hanse.seed.scale import Scale

_SAMPLE_ORDERS = 15
"""The sample people get a history whatever chance says."""

_LATEST = DAY - 600 * SECOND
_HOURS = np.array([1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 10, 12, 11, 9, 9, 9, 10, 12, 15, 18, 17, 11, 5], dtype=float)


@dataclass(frozen=True)
class Visits:
    """The orders, oldest first: the customer's row, the day of the history, the time of that day in milliseconds."""

    customer: Ints
    day: Ints
    time: Ints


def make_visits(customers: Customers, calendar: Calendar, scale: Scale) -> Visits:
    rng = stream(scale.number, "visits")
    rates = _rates(customers, calendar)
    bounds = np.cumsum(rates.ravel())
    places = np.searchsorted(bounds, rng.random(scale.orders) * bounds[-1], side="right")
    customer, day = np.divmod(places, calendar.days)
    hour = rng.choice(24, scale.orders, p=_HOURS / _HOURS.sum())
    time = np.minimum(hour * HOUR + rng.integers(0, HOUR, scale.orders), _LATEST)
    order = np.lexsort((time, day))
    return Visits(_with_samples(customer[order]), day[order], time[order])


def _rates(customers: Customers, calendar: Calendar) -> Floats:
    """Customers x days, relative."""
    days = np.arange(calendar.days)
    present = (days >= customers.joined[:, None]) & (days <= customers.left[:, None])
    growth = np.exp(calendar.growth * days / calendar.days)
    rates: Floats = customers.pace[:, None] * present * growth * calendar.demand[customers.region]
    return rates


def _with_samples(customer: Ints) -> Ints:
    """The same, with the sample people's own orders given away and theirs spread over the whole time."""
    given = customer.copy()
    others = np.flatnonzero((given != SAMPLE_CUSTOMER) & (given != SAMPLE_ANALYST))
    theirs = np.flatnonzero((given == SAMPLE_CUSTOMER) | (given == SAMPLE_ANALYST))
    given[theirs] = given[others[np.arange(len(theirs)) % len(others)]]
    for sample, offset in ((SAMPLE_CUSTOMER, 0.35), (SAMPLE_ANALYST, 0.85)):
        slots = (np.arange(_SAMPLE_ORDERS) + offset) / _SAMPLE_ORDERS * len(given)
        given[slots.astype(np.int64)] = sample
    return given
