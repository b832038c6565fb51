"""Customers by recency, frequency and money, clustered with k-means and named. Arrays in, arrays out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it carries no types

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CLUSTERS = 4
"""On Online Retail four is where the silhouette is stable between seeds and no cluster is tiny; two only splits off
wholesalers."""

PROTOTYPES = {
    "champions": (-1.0, 1.2, 1.2),
    "loyal": (-0.3, 0.4, 0.4),
    "at_risk": (0.8, 0.3, 0.3),
    "occasional": (-0.5, -0.7, -0.7),
    "dormant": (1.0, -0.9, -0.9),
}
"""What each name stands for: z-scores of (days since the last purchase, number of orders, money spent)."""

_SILHOUETTE_SAMPLE = 10_000


@dataclass(frozen=True)
class Customers:
    """One entry a customer. `money` is comparable only between customers of the same `currency` (a code)."""

    recency_days: Floats
    frequency: Floats
    money: Floats
    currency: Ints


@dataclass(frozen=True)
class Clustering:
    """Clusters in order of money, most first: their names, and each customer's cluster."""

    names: list[str]
    labels: Ints
    silhouette: float


def cluster(customers: Customers, *, seed: int) -> Clustering:
    """K-means with k = 4 on log1p, z-scored values. The same customers and seed give the same clusters and names.

    Money is z-scored among those who pay in the same currency, so that no exchange rate is needed. Raises ValueError
    with fewer than 4 different customers.
    """
    points = _points(customers) if len(customers.money) else np.zeros((0, 3))
    if len(np.unique(points, axis=0)) < CLUSTERS:
        raise ValueError(f"{CLUSTERS} different customers are needed")
    with threadpool_limits(limits=1):
        found = KMeans(n_clusters=CLUSTERS, n_init=10, random_state=seed).fit(points)
        silhouette = silhouette_score(
            points, found.labels_, sample_size=min(_SILHOUETTE_SAMPLE, len(points)), random_state=seed
        )
    richest_first = np.argsort(-found.cluster_centers_[:, 2], kind="stable")
    place = np.empty(CLUSTERS, dtype=np.int64)
    place[richest_first] = np.arange(CLUSTERS)
    return Clustering(_names(found.cluster_centers_[richest_first]), place[found.labels_], float(silhouette))


def _points(customers: Customers) -> Floats:
    money = np.empty_like(customers.money)
    for currency in np.unique(customers.currency):
        payers = customers.currency == currency
        money[payers] = _z(np.log1p(customers.money[payers]))
    return np.column_stack([_z(np.log1p(customers.recency_days)), _z(np.log1p(customers.frequency)), money])


def _z(values: Floats) -> Floats:
    spread = values.std()
    return (values - values.mean()) / spread if spread else np.zeros_like(values)


def _names(centroids: Floats) -> list[str]:
    """A different name for each centroid, so that the sum of squared distances to what the names stand for is least."""
    names, prototypes = list(PROTOTYPES), np.array(list(PROTOTYPES.values()))
    distance = ((centroids[:, None, :] - prototypes[None, :, :]) ** 2).sum(axis=2)
    _, chosen = linear_sum_assignment(distance)
    return [names[index] for index in chosen]
