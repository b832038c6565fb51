"""Segmenting the customers, from the event that asks for it to the published segments."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from uuid import UUID

import numpy as np
import structlog

from domain.analytics.clusters import CLUSTERS, Clustering, Customers, cluster
from domain.analytics.publish_segments import Segment, Segmentation, publish_segments, skip_segments
from domain.orders.sales import CustomerSpending, customer_spending
from domain.shared.clock import now
from domain.shared.money import Money

SEED = 20_260_101
_log = structlog.get_logger()


@dataclass(frozen=True)
class Shopper:
    """A customer's purchases; money is what they spent in the currency that they mostly pay in."""

    customer_id: UUID
    last_day: date
    orders: int
    currency: str
    spent_minor: int


async def segment_customers(event_id: UUID) -> None:
    """Cluster everybody who ever bought and publish the segments; with too few to cluster, say so and keep the old ones.

    The run has the event's id: whoever gets the event again ends in the same run.
    """
    cutoff = now()
    shoppers = merged(await customer_spending(cutoff))
    customers = _arrays(shoppers, cutoff)
    try:
        clustering = await asyncio.to_thread(cluster, customers, seed=SEED)
    except ValueError as error:
        _log.warning("no segments", customers=len(shoppers), reason=str(error))
        await skip_segments(event_id)
        return
    await publish_segments(event_id, _segmentation(shoppers, customers, clustering, cutoff))


def merged(spending: Sequence[CustomerSpending]) -> list[Shopper]:
    """One entry a customer, in the order of `spending`. Orders in all currencies count; the currency of most decides."""
    by_customer: dict[UUID, list[CustomerSpending]] = {}
    for one in spending:
        by_customer.setdefault(one.customer_id, []).append(one)
    shoppers = []
    for customer_id, parts in by_customer.items():
        main = max(parts, key=lambda part: (part.orders, part.currency))
        last_day = max(part.last_day for part in parts)
        orders = sum(part.orders for part in parts)
        shoppers.append(Shopper(customer_id, last_day, orders, main.currency, main.spent_minor))
    return shoppers


def _arrays(shoppers: Sequence[Shopper], cutoff: datetime) -> Customers:
    today = cutoff.astimezone(UTC).date()
    currencies = sorted({one.currency for one in shoppers})
    return Customers(
        recency_days=np.array([(today - one.last_day).days for one in shoppers], dtype=np.float64),
        frequency=np.array([one.orders for one in shoppers], dtype=np.float64),
        money=np.array([one.spent_minor for one in shoppers], dtype=np.float64),
        currency=np.array([currencies.index(one.currency) for one in shoppers], dtype=np.int64),
    )


def _segmentation(
    shoppers: Sequence[Shopper], customers: Customers, clustering: Clustering, cutoff: datetime
) -> Segmentation:
    segments = []
    for number, name in enumerate(clustering.names):
        inside = clustering.labels == number
        members = [shoppers[int(index)] for index in np.flatnonzero(inside)]
        segments.append(
            Segment(
                name=name,
                recency_days=float(customers.recency_days[inside].mean()),
                frequency=float(customers.frequency[inside].mean()),
                money=_mean_money(members),
                customer_ids=[one.customer_id for one in members],
            )
        )
    metrics = {
        "silhouette": round(clustering.silhouette, 4),
        "customers": len(shoppers),
        "versions": {"scikit-learn": version("scikit-learn")},
    }
    return Segmentation(segments, SEED, {"clusters": CLUSTERS}, metrics, cutoff)


def _mean_money(members: Sequence[Shopper]) -> Money:
    """Of those who pay in the currency that most members pay in: there is no rate to add up others by."""
    currency = Counter(one.currency for one in members).most_common(1)[0][0]
    spent = [one.spent_minor for one in members if one.currency == currency]
    return Money(round(sum(spent) / len(spent)), currency)
