"""The rows of warehouses, of what lies in them, and of every movement since the goods were counted."""

from collections.abc import Iterator

import numpy as np

from hanse.seed.arrays import moments, pick
from hanse.seed.demo import Demo
from hanse.seed.lifecycle import NEVER
from hanse.seed.stock import CLAIM_STATES, KINDS
from hanse.seed.tables import Table, row_ids

_LOW_AT = 5
"""At so few units that can be sold, a level counts as low."""


def stock_tables(demo: Demo) -> Iterator[Table]:
    yield _warehouses(demo)
    yield _levels(demo)
    yield _reservations(demo)
    yield _movements(demo)


def _warehouses(demo: Demo) -> Table:
    rows = enumerate(zip(demo.keys.warehouses, demo.place.warehouses, strict=True))
    return Table(
        "warehouse",
        ("id", "code", "name", "country", "position"),
        [(key, one.code, one.name, one.country, position) for position, (key, one) in rows],
    )


def _levels(demo: Demo) -> Table:
    stock, keys = demo.stock, demo.keys
    variant, warehouse = np.divmod(np.arange(len(keys.levels)), len(keys.warehouses))
    return Table(
        "stock_level",
        ("id", "variant_id", "warehouse_id", "on_hand", "reserved", "low_at"),
        list(
            zip(
                keys.levels,
                pick(keys.variants, variant),
                pick(keys.warehouses, warehouse),
                stock.on_hand.tolist(),
                stock.reserved.tolist(),
                [_LOW_AT] * len(keys.levels),
                strict=True,
            )
        ),
    )


def _reservations(demo: Demo) -> Table:
    claims, lines = demo.stock.claims, demo.history.lines
    order = lines.order[claims.line]
    return Table(
        "reservation",
        ("id", "owner_id", "level_id", "quantity", "state"),
        list(
            zip(
                row_ids(demo.scale, "reservation", demo.history.lives.placed[order]),
                pick(demo.keys.orders, order),
                pick(demo.keys.levels, claims.level),
                lines.quantity[claims.line].tolist(),
                [CLAIM_STATES[state] for state in claims.state.tolist()],
                strict=True,
            )
        ),
    )


def _movements(demo: Demo) -> Table:
    moved = demo.stock.movements
    return Table(
        "stock_movement",
        ("id", "level_id", "kind", "on_hand_delta", "reserved_delta", "reference", "at"),
        list(
            zip(
                row_ids(demo.scale, "stock_movement", moved.at),
                pick(demo.keys.levels, moved.level),
                [KINDS[kind] for kind in moved.kind.tolist()],
                moved.on_hand.tolist(),
                moved.reserved.tolist(),
                [None if order == NEVER else demo.keys.orders[order] for order in moved.order.tolist()],
                moments(moved.at),
                strict=True,
            )
        ),
    )
