"""When people buy, and when they pay less: the figures of `data/calendar.toml` laid over real days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from hanse.seed.arrays import Bools, Floats, Ints
from hanse.seed.vocabulary import Department, data
from hanse.seed.world import REGIONS


@dataclass(frozen=True)
class Calendar:
    """Day d is `first` plus d days. `demand[region, d]` is a factor, `discount[region, department, d]` a percentage."""

    first: date
    demand: Floats
    discount: Ints
    growth: float

    @property
    def days(self) -> int:
        return int(self.demand.shape[1])

    @property
    def months(self) -> Ints:
        """The month of each day, 1 to 12."""
        return np.array([(self.first + timedelta(d)).month for d in range(self.days)])


def make_calendar(end: date, days: int, departments: tuple[Department, ...]) -> Calendar:
    """The `days` before `end`."""
    told = data("calendar")
    dates = [end - timedelta(days - d) for d in range(days)]
    base = [told["weekdays"][day.weekday()] * told["months"][day.month - 1] for day in dates]
    demand = np.tile(np.array(base), (len(REGIONS), 1))
    for rush in told["rushes"]:
        demand[np.ix_(_regions(rush), _when(rush, dates))] *= rush["factor"]
    discount = np.zeros((len(REGIONS), len(departments), days), dtype=np.int64)
    for campaign in told["campaigns"]:
        shelves = np.array([one.slug in campaign.get("departments", [one.slug]) for one in departments])
        place = np.ix_(_regions(campaign), shelves, _when(campaign, dates))
        discount[place] = np.maximum(discount[place], campaign["percent"])
    return Calendar(dates[0], demand, discount, told["growth"])


def _regions(entry: dict[str, Any]) -> Bools:
    return np.array([region in entry.get("regions", REGIONS) for region in REGIONS])


def _when(entry: dict[str, Any], dates: list[date]) -> Bools:
    first, last = tuple(entry["from"]), tuple(entry["to"])
    return np.array([first <= (day.month, day.day) <= last for day in dates])
