"""Where the demo shop sells what: everything everywhere, and most of it in a storefront of its own for China."""

from dataclasses import dataclass

import numpy as np

from hanse.seed.arrays import DAY, Bools, Ints, stream
from hanse.seed.history import History, Shop
from hanse.seed.scale import Scale

CHINA, CHINA_TITLE = "china", "中国站"
CHINESE_CURRENCIES, CHINESE_LANGUAGES, CHINESE_COUNTRIES = ("CNY",), ("zh-Hans", "en"), ("CN",)
CHINESE_WAREHOUSE = "SHA"

DRAFT, SCHEDULED, LIVE, ARCHIVED = range(4)
STATUSES = ("draft", "scheduled", "live", "archived")

_NO_LONGER_SOLD = 0.06
_NOT_YET_DAYS = 40


@dataclass(frozen=True)
class Markets:
    """`in_china` marks customers; `china_status` and, in milliseconds, `china_live_from` are by product."""

    in_china: Bools
    china_status: Ints
    china_live_from: Ints

    def channels_of(self, customers: Ints, *, main: str) -> list[str]:
        """In which channel each of these customers orders."""
        return [CHINA if here else main for here in self.in_china[customers].tolist()]


def make_markets(shop: Shop, history: History, scale: Scale) -> Markets:
    """What nobody in China has ordered is not for sale there yet: half of it is a draft, half has a day to come."""
    rng = stream(scale.number, "markets")
    in_china = np.array([person.country in CHINESE_COUNTRIES for person in shop.customers.people])
    count = len(shop.catalogue.products)
    bought = history.lines.product[in_china[history.customer[history.lines.order]]]
    sold = np.bincount(bought, minlength=count) > 0
    for_sale = np.where(rng.random(count) < _NO_LONGER_SOLD, ARCHIVED, LIVE)
    to_come = np.where(np.arange(count) % 2 == 0, SCHEDULED, DRAFT)
    end = int(np.datetime64(shop.calendar.first, "ms").astype(np.int64)) + shop.calendar.days * DAY
    return Markets(
        in_china=in_china,
        china_status=np.where(sold, for_sale, to_come),
        china_live_from=end + rng.integers(2, _NOT_YET_DAYS, count) * DAY,
    )
