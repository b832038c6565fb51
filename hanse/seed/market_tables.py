"""The rows of channels: where products are on sale, and out of which warehouses."""

from collections.abc import Iterator, Sequence

import numpy as np
import orjson

from hanse.seed.arrays import moments
from hanse.seed.demo import Demo
from hanse.seed.markets import (
    CHINA,
    CHINA_TITLE,
    CHINESE_COUNTRIES,
    CHINESE_CURRENCIES,
    CHINESE_LANGUAGES,
    CHINESE_WAREHOUSE,
    LIVE,
    SCHEDULED,
    STATUSES,
)
from hanse.seed.tables import Table, row_ids


def channel_tables(demo: Demo) -> Iterator[Table]:
    lists = (orjson.dumps(one).decode() for one in (CHINESE_CURRENCIES, CHINESE_LANGUAGES, CHINESE_COUNTRIES))
    (id,) = row_ids(demo.scale, "channel", np.array([demo.keys.opened]))
    yield Table(
        "channel",
        ("id", "name", "title", "currencies", "languages", "countries", "is_open", "position", "version", "created_at"),
        [(id, CHINA, CHINA_TITLE, *lists, True, 1, 1, demo.keys.opened_at)],
    )


def market_tables(demo: Demo, main: str) -> Iterator[Table]:
    """`main` is the channel in which everything is sold."""
    yield _publications(demo, main)
    yield _warehouses(demo, main)


def live_channels(demo: Demo, main: str) -> list[list[str]]:
    """For each product the channels in which it is live."""
    return [[main, CHINA] if status == LIVE else [main] for status in demo.markets.china_status.tolist()]


def channel_warehouses(demo: Demo, main: str) -> Sequence[tuple[str, int]]:
    """Channels with the numbers of the warehouses that they sell from, in the order in which these are asked."""
    numbers = range(len(demo.place.warehouses))
    chinese = next(number for number in numbers if demo.place.warehouses[number].code == CHINESE_WAREHOUSE)
    return [*((main, number) for number in numbers), (CHINA, chinese)]


def _publications(demo: Demo, main: str) -> Table:
    markets, products = demo.markets, demo.keys.products
    ids = iter(row_ids(demo.scale, "publication", np.full(2 * len(products), demo.keys.opened)))
    begin = moments(markets.china_live_from)
    records: list[tuple[object, ...]] = [(next(ids), product, main, STATUSES[LIVE], None) for product in products]
    records += [
        (next(ids), product, CHINA, STATUSES[status], live_from if status == SCHEDULED else None)
        for product, status, live_from in zip(products, markets.china_status.tolist(), begin, strict=True)
    ]
    return Table("publication", ("id", "product_id", "channel", "status", "live_from"), records)


def _warehouses(demo: Demo, main: str) -> Table:
    served = channel_warehouses(demo, main)
    ids = row_ids(demo.scale, "channel_warehouse", np.full(len(served), demo.keys.opened))
    return Table(
        "channel_warehouse",
        ("id", "channel", "warehouse_id", "position"),
        [
            (id, channel, demo.keys.warehouses[number], number)
            for id, (channel, number) in zip(ids, served, strict=True)
        ],
    )
