"""The rows of the read model that lists and search begin with."""

import numpy as np
import orjson

from hanse.seed.arrays import Ints
from hanse.seed.demo import Demo
from hanse.seed.lifecycle import DELIVERED, PAID, SHIPPED
from hanse.seed.market_tables import channel_warehouses, live_channels
from hanse.seed.prices import CURRENCIES
from hanse.seed.tables import Table
from hanse.seed.text_tables import LANGUAGES


def listing_table(demo: Demo, main: str) -> Table:
    keys, catalogue, words = demo.keys, demo.shop.catalogue, demo.shop.words
    first = np.searchsorted(catalogue.product_of, np.arange(len(catalogue.products)))
    lowest = np.minimum.reduceat(catalogue.prices, first, axis=0).tolist()
    rating, count = demo.reviews.means(len(catalogue.products))
    figures = zip(lowest, _sold(demo).tolist(), rating, count, keys.launched_at, strict=True)
    places = zip(live_channels(demo, main), _stocked_in(demo, main), strict=True)
    return Table(
        "product_listing",
        (
            *("product_id", "slug", "category_id", "category_path", "supplier_id", "channels", "stocked_in"),
            *("names", "prices", "sold", "rating", "rating_count", "created_at"),
        ),
        [
            (
                key,
                one.slug,
                keys.categories[one.category],
                [keys.categories[one.category], keys.departments[words.categories[one.category].department]],
                keys.suppliers[one.supplier],
                live_in,
                stocked_in,
                orjson.dumps(dict(zip(LANGUAGES, (one.name.en, one.name.zh), strict=True))).decode(),
                orjson.dumps(dict(zip(CURRENCIES, prices, strict=True))).decode(),
                *rest,
            )
            for key, one, (prices, *rest), (live_in, stocked_in) in zip(
                keys.products, catalogue.products, figures, places, strict=True
            )
        ],
    )


def _sold(demo: Demo) -> Ints:
    """Units of each product that were paid for and kept."""
    history = demo.history
    sold = np.isin(history.lives.state[history.lines.order], (PAID, SHIPPED, DELIVERED))
    units = (history.lines.quantity - history.returned) * sold
    counted = np.bincount(history.lines.product, weights=units, minlength=len(demo.keys.products))
    return counted.astype(np.int64)


def _stocked_in(demo: Demo, main: str) -> list[list[str]]:
    """For each product the channels that have a variant of it in one of their warehouses."""
    warehouses = len(demo.place.warehouses)
    free = ((demo.stock.on_hand - demo.stock.reserved) > 0).reshape(-1, warehouses)
    first = np.searchsorted(demo.shop.catalogue.product_of, np.arange(len(demo.keys.products)))
    there = np.logical_or.reduceat(free, first, axis=0)
    served = channel_warehouses(demo, main)
    return [list(dict.fromkeys(channel for channel, number in served if row[number])) for row in there.tolist()]
