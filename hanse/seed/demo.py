"""The whole demo shop in memory. The same scale, day and threshold give the same one."""

from dataclasses import dataclass
from datetime import date

from hanse.seed.attributes import Definitions, definitions
from hanse.seed.calendar import make_calendar
from hanse.seed.catalogue import make_catalogue
from hanse.seed.customers import make_customers
from hanse.seed.demand import make_demand
from hanse.seed.history import History, Shop, make_history
from hanse.seed.keys import Keys, make_keys
from hanse.seed.markets import Markets, make_markets
from hanse.seed.prices import CURRENCIES
from hanse.seed.reviews import Reviews, make_reviews
from hanse.seed.scale import Scale
from hanse.seed.stock import Stock, make_stock
from hanse.seed.vocabulary import vocabulary
from hanse.seed.world import World, world


@dataclass(frozen=True)
class Demo:
    scale: Scale
    place: World
    shop: Shop
    history: History
    stock: Stock
    keys: Keys
    markets: Markets
    reviews: Reviews
    told: Definitions


def make_demo(scale: Scale, today: date, review_minor: int) -> Demo:
    """The shop as it was when `today` began. Orders of `review_minor` or more may be waiting for a risk decision."""
    words, place = vocabulary(), world()
    catalogue = make_catalogue(words, place.suppliers, scale)
    customers = make_customers(words, place, CURRENCIES, scale)
    calendar = make_calendar(today, scale.days, words.departments)
    demand = make_demand(words, catalogue, customers, calendar, scale)
    shop = Shop(words, catalogue, customers, calendar, demand)
    history = make_history(shop, review_minor, scale)
    stock = make_stock(shop, history, scale)
    return Demo(
        scale,
        place,
        shop,
        history,
        stock,
        make_keys(shop, place, history, stock, scale),
        make_markets(shop, history, scale),
        make_reviews(shop, history, scale),
        definitions(words, place.suppliers),
    )
