"""What is bought together: products that share baskets, discounted for being popular everywhere."""

import numpy as np
from scipy.sparse import csr_matrix

from domain.recommendations.interactions import Interactions, Ints
from domain.recommendations.taste import Best

SMALLEST_BASKET, LARGEST_BASKET = 2, 60
SHARED_AT_LEAST = 2
"""One shared basket is chance."""


def bought_together(history: Interactions, candidates: Ints, count: int) -> Best:
    """For every product code the best `count` candidates: shared baskets / (sqrt(baskets of the other) + 5).

    Baskets outside 2 to 60 different products say nothing about pairs and are left out. Ties go to the lower code.
    """
    baskets = _baskets(history)
    shared = (baskets.T @ baskets).tocsr()
    discount = np.sqrt(np.asarray(baskets.sum(axis=0)).ravel()) + 5
    may_show = np.zeros(len(history.products), dtype=bool)
    may_show[candidates] = True
    best = Best(
        np.full((len(history.products), count), -1, dtype=np.int64),
        np.zeros((len(history.products), count), dtype=np.float32),
    )
    for product in range(len(history.products)):
        row = slice(shared.indptr[product], shared.indptr[product + 1])
        others, counts = shared.indices[row], shared.data[row]
        kept = (counts >= SHARED_AT_LEAST) & (others != product) & may_show[others]
        others, scores = others[kept], counts[kept] / discount[others[kept]]
        order = np.lexsort((others, -scores))[:count]
        best.items[product, : len(order)] = others[order]
        best.scores[product, : len(order)] = scores[order]
    return best


def _baskets(history: Interactions) -> csr_matrix:
    """CSR, baskets x products: 1 where the basket holds the product."""
    rows = int(history.basket.max()) + 1 if len(history.basket) else 0
    ones = np.ones(len(history.item), dtype=np.float32)
    matrix = csr_matrix((ones, (history.basket, history.item)), shape=(rows, len(history.products)))
    matrix.data[:] = 1
    size = np.diff(matrix.indptr)
    return matrix[(size >= SMALLEST_BASKET) & (size <= LARGEST_BASKET)]
