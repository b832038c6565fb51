"""What was sold and kept, summed up: by day, by group of products, by customer. One statement each.

Kept means: the order is paid, shipped or delivered, and what came back of a line is taken off, in units and, in
proportion, in money (rounded half away from zero per line). Days are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.identity.privacy.consent import left_out_of_learning
from domain.shared.database import rows

_SOLD = "o.state NOT IN ('pending', 'cancelled', 'refunded', 'returned') AND l.quantity > l.returned"
_DAY = "(o.placed_at AT TIME ZONE 'UTC')::date"
_KEPT_MINOR = "sum(round(l.total_minor::numeric * (l.quantity - l.returned) / l.quantity))::bigint"


@dataclass(frozen=True, slots=True)
class DailySales:
    """`revenue_minor` is in the currency that was asked for; `orders` counts each order once within its group and day."""

    day: date
    group: int
    orders: int
    units: int
    revenue_minor: int


@dataclass(frozen=True, slots=True)
class CustomerSpending:
    customer_id: UUID
    currency: str
    last_day: date
    orders: int
    spent_minor: int


async def sales_by_day_and_group(
    since: date, until: date, currency: str, groups: Mapping[UUID, int]
) -> list[DailySales]:
    """Sales from `since` to `until`, both included, by day and the group that `groups` gives each product.

    Products without a group are left out. Sorted by day, then group.
    """
    found = await rows(
        f"""SELECT {_DAY} AS day, g.number, count(DISTINCT o.id), sum(l.quantity - l.returned)::bigint, {_KEPT_MINOR}
            FROM orders o JOIN order_line l ON l.order_id = o.id
            JOIN unnest($4::uuid[], $5::int[]) AS g(product_id, number) ON g.product_id = l.product_id
            WHERE o.placed_at >= $1::date AND o.placed_at < $2::date + 1 AND o.currency = $3 AND {_SOLD}
            GROUP BY 1, 2 ORDER BY 1, 2""",
        since,
        until,
        currency,
        list(groups.keys()),
        list(groups.values()),
    )
    return [DailySales(*r) for r in found]


async def revenue_by_day(until: date, currency: str) -> list[tuple[date, int]]:
    """Revenue in minor units of every day with a sale up to and including `until`, oldest first."""
    found = await rows(
        f"""SELECT {_DAY} AS day, {_KEPT_MINOR} FROM orders o JOIN order_line l ON l.order_id = o.id
            WHERE o.placed_at < $1::date + 1 AND o.currency = $2 AND {_SOLD} GROUP BY 1 ORDER BY 1""",
        until,
        currency,
    )
    return [(r[0], r[1]) for r in found]


async def customer_spending(until: datetime) -> list[CustomerSpending]:
    """What each customer kept of the orders placed before `until`, one entry per currency that they paid in.

    People who are not to be learned from are left out.
    """
    found = await rows(
        f"""SELECT o.buyer_id, o.currency, max({_DAY}), count(DISTINCT o.id), {_KEPT_MINOR}
            FROM orders o JOIN order_line l ON l.order_id = o.id
            WHERE o.placed_at < $1 AND o.buyer_id <> ALL($2) AND {_SOLD}
            GROUP BY o.buyer_id, o.currency ORDER BY o.buyer_id, o.currency""",
        until,
        await left_out_of_learning(),
    )
    return [CustomerSpending(*r) for r in found]
