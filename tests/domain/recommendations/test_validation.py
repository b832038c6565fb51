import numpy as np
import pytest
from scipy.sparse import csr_matrix

from domain.recommendations.interactions import encode
from domain.recommendations.taste import Parameters
from domain.recommendations.validation import ndcg, validate
from tests.factories.purchases import Bought, as_lines, tasteful


@pytest.mark.parametrize(
    ("ranked", "relevant", "expected"),
    [
        ([0, 1, 2], [0, 1, 2], 1.0),
        ([3, 4, 5], [0], 0.0),
        ([3, 0, 4], [0], 1 / np.log2(3)),
        ([0, 3, 1], [0, 1], (1 + 1 / np.log2(4)) / (1 + 1 / np.log2(3))),
        ([0, -1, -1], [0, 5], 1 / (1 + 1 / np.log2(3))),
        (list(range(10)), list(range(14)), 1.0),
    ],
)
def test_ndcg_by_hand(ranked: list[int], relevant: list[int], expected: float) -> None:
    truth = csr_matrix((np.ones(len(relevant)), ([0] * len(relevant), relevant)), shape=(1, 15))

    assert ndcg(np.array([ranked]), truth)[0] == pytest.approx(expected)


def test_tastes_beat_popularity_where_customers_have_tastes() -> None:
    history = encode(as_lines(tasteful()))

    quality = validate(history, np.arange(len(history.products)), int(history.day.max()) + 1, Parameters())

    assert quality.customers > 100
    assert quality.model > 1.3 * quality.popularity > 0


def test_nothing_of_the_window_is_learned_from() -> None:
    history = encode(as_lines(tasteful()))
    end = int(history.day.max()) + 1
    later = encode(as_lines([*tasteful(), *(Bought(n, n % 240, 9000 + n, 400) for n in range(200))]))

    assert validate(history, np.arange(240), end, Parameters()) == validate(later, np.arange(240), end, Parameters())


def test_customers_without_a_past_or_without_new_products_are_not_judged() -> None:
    past = [Bought(1, 1, 1, 0), Bought(2, 1, 2, 0), Bought(3, 2, 3, 0)]
    window = [Bought(1, 1, 11, 50), Bought(2, 2, 12, 50), Bought(4, 1, 14, 50)]
    history = encode(as_lines(past + window))

    quality = validate(history, np.arange(2), int(history.day.max()) + 1, Parameters())

    assert quality.customers == 1


@pytest.mark.parametrize("lines", [[], [Bought(1, 1, 1, 0)]])
def test_too_short_a_history_judges_nobody(lines: list[Bought]) -> None:
    history = encode(as_lines(lines))

    assert validate(history, np.arange(len(history.products)), 20_000, Parameters()).customers == 0
