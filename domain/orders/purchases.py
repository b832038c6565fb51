"""Everything that was bought and kept, in bulk for learning: arrays, read with COPY since rows would be too slow."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.identity.privacy.consent import left_out_of_learning
from domain.shared.database import connection

_KEPT_LINES = """
SELECT o.buyer_id, l.product_id, o.id, (o.placed_at AT TIME ZONE 'UTC')::date
FROM orders o JOIN order_line l ON l.order_id = o.id
WHERE o.state NOT IN ('pending', 'cancelled', 'refunded', 'returned') AND l.quantity > l.returned AND o.placed_at < $1
  AND o.buyer_id <> ALL($2)"""

_UUID = "V16"
_COPIED_ROW = np.dtype(
    [
        ("columns", ">i2"),
        ("customer_size", ">i4"),
        ("customer", _UUID),
        ("product_size", ">i4"),
        ("product", _UUID),
        ("order_size", ">i4"),
        ("order", _UUID),
        ("day_size", ">i4"),
        ("day", ">i4"),
    ]
)
"""A row of COPY's binary format, which is of fixed width when every column is and none is null."""

_HEADER, _TRAILER = 19, 2
_EPOCH = np.datetime64("2000-01-01", "D")


@dataclass(frozen=True)
class PurchaseLines:
    """One entry a line: 16 bytes of UUID for customer, product and order, and the UTC day."""

    customers: npt.NDArray[np.void]
    products: npt.NDArray[np.void]
    orders: npt.NDArray[np.void]
    days: npt.NDArray[np.datetime64]


async def purchase_lines(until: datetime) -> PurchaseLines:
    """The lines of orders placed before `until` of which the buyer kept at least one unit, in no order.

    Left out: orders unpaid, cancelled, refunded or returned, lines that came back whole, and people who are not to be
    learned from.
    """
    sink, left_out = BytesIO(), await left_out_of_learning()
    async with connection() as raw:
        await raw.copy_from_query(_KEPT_LINES, until, left_out, output=sink, format="binary")
    return _parsed(sink.getbuffer())


def _parsed(copied: Any) -> PurchaseLines:
    table = np.frombuffer(copied[_HEADER:-_TRAILER], dtype=_COPIED_ROW)
    return PurchaseLines(
        customers=np.ascontiguousarray(table["customer"]),
        products=np.ascontiguousarray(table["product"]),
        orders=np.ascontiguousarray(table["order"]),
        days=_EPOCH + table["day"].astype(np.int64),
    )
