import numpy as np
import pytest

from domain.recommendations.interactions import Interactions, encode
from domain.recommendations.together import LARGEST_BASKET, bought_together
from tests.factories.purchases import Bought, as_lines


def _baskets(*baskets: tuple[int, ...]) -> Interactions:
    return encode(
        as_lines([Bought(order, product, order, 0) for order, basket in enumerate(baskets) for product in basket])
    )


def test_shared_baskets_count_and_popularity_is_discounted() -> None:
    history = _baskets((0, 1), (0, 1), (0, 2), (0, 2), (2, 3), (2, 4), (2, 5), (2, 6))

    best = bought_together(history, np.arange(7), 20)

    assert best.items[0, :3].tolist() == [1, 2, -1]
    assert best.scores[0, :2] == pytest.approx([2 / (2**0.5 + 5), 2 / (6**0.5 + 5)])


def test_a_pair_that_was_bought_together_once_is_chance() -> None:
    best = bought_together(_baskets((0, 1), (0, 2)), np.arange(3), 20)

    assert (best.items == -1).all()


def test_a_product_is_never_its_own_companion() -> None:
    best = bought_together(_baskets((0, 1), (0, 1), (0, 1)), np.arange(2), 20)

    assert best.items[:, 0].tolist() == [1, 0]
    assert (best.items[:, 1:] == -1).all()


def test_baskets_of_one_and_enormous_baskets_say_nothing() -> None:
    enormous = tuple(range(LARGEST_BASKET + 1))

    best = bought_together(_baskets((0,), (0,), enormous, enormous), np.arange(len(enormous)), 20)

    assert (best.items == -1).all()


def test_only_candidates_stand_beside_a_product() -> None:
    best = bought_together(_baskets((0, 1, 2), (0, 1, 2)), np.array([2]), 20)

    assert best.items[0, :2].tolist() == [2, -1]
    assert best.items[2, 0] == -1


def test_ties_go_to_the_lower_code_and_the_list_is_cut() -> None:
    best = bought_together(_baskets((0, 1, 2, 3), (0, 1, 2, 3)), np.arange(4), 2)

    assert best.items.tolist() == [[1, 2], [0, 2], [0, 1], [0, 1]]


def test_no_purchases_give_nothing() -> None:
    assert bought_together(_baskets(), np.arange(0), 20).items.shape == (0, 20)
