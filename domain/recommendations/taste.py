"""Collaborative filtering: what customers with like purchases bought, blended with what many bought lately."""

from dataclasses import dataclass

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.topk import topk
from scipy.sparse import csr_matrix

from domain.recommendations.interactions import Floats, Interactions, Ints, popularity, weighted

_MASKED = -1e30
"""topk gives filtered items a score of -3.4e38 instead of leaving them out."""


@dataclass(frozen=True)
class Parameters:
    """What training can be told. Half-life: with 30 to 180 days nDCG@10 on Online Retail is the same within .004.

    `regularization` is where tuning starts: what is right depends on how much the decay leaves, and too much of it
    shrinks every factor to nothing at once.
    """

    seed: int = 20_260_101
    factors: int = 64
    iterations: int = 15
    alpha: float = 4.0
    regularization: float = 10.0
    half_life_days: float = 60.0
    popularity_weight: float = 0.3
    popularity_days: int = 30


@dataclass(frozen=True)
class Ranking:
    """The score of candidate c for customer u is `customers[u] @ items[c]`; `candidates` are product codes, sorted."""

    customers: Floats
    items: Floats
    candidates: Ints


@dataclass(frozen=True)
class Best:
    """Row by row, best first: product codes and scores, padded with -1 and 0."""

    items: Ints
    scores: Floats


def learn_taste(history: Interactions, candidates: Ints, end_day: int, parameters: Parameters) -> Ranking:
    """Alternating least squares (Hu, Koren, Volinsky 2008) on weighted purchases, plus recent popularity.

    A customer's score for an item is z(ALS over the candidates) + weight * z(popularity of the last days); both z-scores
    are folded into the factors, so that ranking stays one product of matrices. Needs BLAS on one thread.
    """
    model = AlternatingLeastSquares(
        factors=parameters.factors,
        regularization=parameters.regularization,
        alpha=parameters.alpha,
        iterations=parameters.iterations,
        random_state=parameters.seed,
        num_threads=1,
    )
    model.fit(weighted(history, end_day=end_day, half_life=parameters.half_life_days), show_progress=False)
    items = model.item_factors[candidates] - model.item_factors[candidates].mean(axis=0)
    popular = recent_popularity(history, candidates, end_day, parameters)
    return Ranking(
        customers=_with_column(_scaled(model.user_factors, items), parameters.popularity_weight),
        items=np.hstack([items, popular.items]),
        candidates=candidates,
    )


def recent_popularity(history: Interactions, candidates: Ints, end_day: int, parameters: Parameters) -> Ranking:
    """The same for every customer: z-scored popularity of the last days. What a model has to beat."""
    counts = popularity(history.during(end_day - parameters.popularity_days, end_day))[candidates].astype(np.float64)
    spread = counts.std()
    scores = (counts - counts.mean()) / spread if spread else np.zeros_like(counts)
    return Ranking(
        customers=np.ones((len(history.customers), 1), dtype=np.float32),
        items=scores.astype(np.float32)[:, None],
        candidates=candidates,
    )


def best_new(ranking: Ranking, customers: Ints, bought: csr_matrix, count: int) -> Best:
    """For each of `customers` the best `count` candidates that they never bought.

    `bought` has a row for every customer of the ranking. A customer who bought nothing gets nothing: the factors of
    somebody without purchases rank arbitrarily. A customer with fewer candidates left gets those.
    """
    width = min(count, len(ranking.candidates))
    if not width or not len(customers):
        return Best(np.full((len(customers), 0), -1, dtype=np.int64), np.zeros((len(customers), 0), dtype=np.float32))
    history = bought[customers]
    places, scores = topk(
        ranking.items,
        ranking.customers[customers],
        width,
        filter_query_items=history[:, ranking.candidates].tocsr(),
        num_threads=1,
    )
    usable = (scores > _MASKED) & (np.diff(history.indptr) > 0)[:, None]
    return Best(
        items=np.where(usable, ranking.candidates[places], -1),
        scores=np.where(usable, scores, 0).astype(np.float32),
    )


def _scaled(customers: Floats, items: Floats) -> Floats:
    """Factors that give each customer's scores over `items` (of mean 0) a standard deviation of 1."""
    covariance = items.T @ items / len(items)
    spread = np.sqrt(np.einsum("cf,fg,cg->c", customers, covariance, customers, optimize=True).clip(min=0))
    scaled: Floats = np.divide(customers, spread[:, None], out=np.zeros_like(customers), where=spread[:, None] > 1e-9)
    return scaled


def _with_column(factors: Floats, value: float) -> Floats:
    return np.hstack([factors, np.full((len(factors), 1), value, dtype=np.float32)])
