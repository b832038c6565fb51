import numpy as np
import pytest

from domain.recommendations.interactions import IDLE_DAYS_AT_MOST, bought, encode, popularity, weighted
from tests.factories.purchases import FIRST_DAY, Bought, as_lines, customer_id, product_id

EPOCH_DAY = int(np.datetime64(FIRST_DAY, "D").astype(np.int64))


def test_codes_follow_the_ids_whatever_the_order_of_the_lines() -> None:
    lines = [Bought(2, 20, 1, 0), Bought(1, 10, 2, 3), Bought(1, 20, 2, 3)]

    one, other = encode(as_lines(lines)), encode(as_lines(lines[::-1]))

    assert one.customers == [customer_id(1), customer_id(2)]
    assert one.products == [product_id(10), product_id(20)]
    for name in ("customer", "item", "basket", "day"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_a_weight_halves_with_every_half_life() -> None:
    history = encode(as_lines([Bought(1, 10, 1, 0), Bought(1, 20, 2, 10), Bought(1, 30, 3, 20)]))

    matrix = weighted(history, end_day=EPOCH_DAY + 21, half_life=10).toarray()

    assert matrix[0] == pytest.approx(np.log1p([0.25, 0.5, 1.0]))


def test_several_lines_of_one_day_count_once_and_days_add_up() -> None:
    history = encode(as_lines([Bought(1, 10, 1, 0), Bought(1, 10, 1, 0), Bought(1, 10, 2, 0), Bought(1, 10, 3, 10)]))

    matrix = weighted(history, end_day=EPOCH_DAY + 11, half_life=10).toarray()

    assert matrix.item() == pytest.approx(np.log1p(1.5))
    assert popularity(history).tolist() == [2]


def test_a_long_absence_ages_purchases_only_up_to_a_limit() -> None:
    history = encode(as_lines([Bought(1, 10, 1, 0), Bought(1, 20, 2, 30), Bought(2, 10, 3, 5000)]))

    matrix = weighted(history, end_day=EPOCH_DAY + 5001, half_life=60).toarray()

    assert matrix[0] == pytest.approx(np.log1p(0.5 ** (np.array([IDLE_DAYS_AT_MOST + 30, IDLE_DAYS_AT_MOST]) / 60)))


def test_what_was_bought_is_one_however_often() -> None:
    history = encode(as_lines([Bought(1, 10, 1, 0), Bought(1, 10, 2, 5), Bought(2, 20, 3, 5)]))

    assert bought(history).toarray().tolist() == [[1, 0], [0, 1]]


def test_no_purchases_are_an_empty_matrix() -> None:
    history = encode(as_lines([]))

    assert history.shape == (0, 0)
    assert bought(history).nnz == weighted(history, end_day=0, half_life=10).nnz == 0
