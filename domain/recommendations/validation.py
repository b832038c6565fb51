"""Judging a model before anybody sees it: on the last complete window, against popularity, all products ranked."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from domain.recommendations.interactions import Interactions, Ints, bought
from domain.recommendations.taste import Parameters, best_new, learn_taste, recent_popularity

WINDOW_DAYS = 30
CUTOFF = 10
_DISCOUNTS = 1 / np.log2(np.arange(2, CUTOFF + 2))


REGULARIZATIONS = (5.0, 10.0, 20.0, 40.0)
JUDGED_AT_LEAST = 20
"""Fewer judged customers than this and a comparison is chance."""


@dataclass(frozen=True)
class Quality:
    """Mean nDCG@10 over the `customers` judged: those with purchases before the window and new products within it."""

    model: float
    popularity: float
    customers: int
    window_start: int
    window_end: int


def validate(history: Interactions, sellable: Ints, end_day: int, parameters: Parameters) -> Quality:
    """Learn from everything before the 30 days up to `end_day`, rank products that are new to the customer, compare.

    Truth leaves out what the customer had bought before, since those are masked. Nothing of the window is learned from.
    """
    start = end_day - WINDOW_DAYS
    past = history.during(0, start)
    candidates = np.intersect1d(sellable, past.item)
    owned = bought(past)
    truth = _new_purchases(bought(history.during(start, end_day)), owned)
    judged = np.flatnonzero((np.diff(truth.indptr) > 0) & (np.diff(owned.indptr) > 0))
    if not len(judged) or not len(candidates):
        return Quality(0.0, 0.0, 0, start, end_day)
    rankings = (
        learn_taste(past, candidates, start, parameters),
        recent_popularity(past, candidates, start, parameters),
    )
    model, popular = (
        float(ndcg(best_new(ranking, judged, owned, CUTOFF).items, truth[judged]).mean()) for ranking in rankings
    )
    return Quality(model, popular, len(judged), start, end_day)


def tuned(history: Interactions, sellable: Ints, end_day: int, parameters: Parameters) -> Parameters:
    """The parameters with the regularisation that ranks best on the 30 days up to `end_day`.

    Tune on a window before the one that judges. Unchanged where the history is too short to tell.
    """
    candidates = [replace(parameters, regularization=strength) for strength in REGULARIZATIONS]
    judged = [validate(history, sellable, end_day, candidate) for candidate in candidates]
    if judged[0].customers < JUDGED_AT_LEAST:
        return parameters
    best = max(range(len(candidates)), key=lambda index: judged[index].model)
    return candidates[best]


def ndcg(ranked: Ints, truth: csr_matrix) -> npt.NDArray[np.float64]:
    """Binary nDCG@10 of each row, the ideal cut at 10. `ranked` holds item codes, best first, -1 for none.

    Jarvelin and Kekalainen 2002, gain 0 or 1, discount 1 / log2(rank + 1).
    """
    places = ranked[:, :CUTOFF]
    hits = truth[np.arange(len(places))[:, None], places.clip(min=0)].toarray() * (places >= 0)
    ideal = np.cumsum(_DISCOUNTS)[np.minimum(np.diff(truth.indptr), CUTOFF) - 1]
    gained: npt.NDArray[np.float64] = hits @ _DISCOUNTS[: places.shape[1]] / ideal
    return gained


def _new_purchases(window: csr_matrix, owned: csr_matrix) -> csr_matrix:
    new = window - window.multiply(owned)
    new.eliminate_zeros()
    return new.tocsr()
