import numpy as np

from domain.recommendations.interactions import Interactions, bought, encode
from domain.recommendations.taste import Parameters, Ranking, best_new, learn_taste, recent_popularity
from tests.factories.purchases import Bought, as_lines, tasteful


def _learned(history: Interactions, parameters: Parameters | None = None) -> Ranking:
    everything = np.arange(len(history.products))
    return learn_taste(history, everything, int(history.day.max()) + 1, parameters or Parameters())


def test_nothing_that_was_bought_is_suggested_and_nothing_twice() -> None:
    history = encode(as_lines(tasteful()))
    owned = bought(history)

    best = best_new(_learned(history), np.arange(len(history.customers)), owned, 50)

    for customer, items in enumerate(best.items):
        kept = items[items >= 0]
        assert len(set(kept)) == len(kept) == min(50, len(history.products) - owned[customer].nnz)
        assert owned[customer].toarray().ravel()[kept].sum() == 0


def test_a_customer_who_bought_everything_gets_nothing() -> None:
    history = encode(as_lines([Bought(1, product, 1, 0) for product in range(6)] + [Bought(2, 1, 2, 0)]))

    best = best_new(_learned(history), np.arange(2), bought(history), 5)

    assert best.items[0].tolist() == [-1] * 5
    assert best.scores[0].tolist() == [0] * 5
    assert sorted(best.items[1]) == [0, 2, 3, 4, 5]


def test_a_customer_without_purchases_gets_nothing() -> None:
    history = encode(as_lines(tasteful()))
    earlier = history.during(0, int(np.percentile(history.day, 2)))
    strangers = np.flatnonzero(np.diff(bought(earlier).indptr) == 0)

    best = best_new(_learned(history), strangers, bought(earlier), 5)

    assert len(strangers) > 0
    assert (best.items == -1).all()


def test_more_are_wanted_than_there_are_candidates() -> None:
    history = encode(as_lines([Bought(1, 1, 1, 0), Bought(2, 2, 2, 0), Bought(2, 3, 2, 0)]))

    best = best_new(_learned(history), np.arange(2), bought(history), 50)

    assert best.items.shape == (2, 3)
    assert sorted(best.items[0].tolist()) == [-1, 1, 2]
    assert best.items[1].tolist() == [0, -1, -1]


def test_only_candidates_are_suggested() -> None:
    history = encode(as_lines(tasteful()))
    candidates = np.array([3, 7, 40])
    ranking = learn_taste(history, candidates, int(history.day.max()) + 1, Parameters())

    best = best_new(ranking, np.arange(len(history.customers)), bought(history), 50)

    assert set(best.items.ravel()) - {-1} == {3, 7, 40}


def test_without_candidates_nothing_is_suggested() -> None:
    history = encode(as_lines(tasteful()))
    ranking = Ranking(np.ones((len(history.customers), 1), np.float32), np.ones((0, 1), np.float32), np.arange(0))

    assert best_new(ranking, np.arange(3), bought(history), 50).items.shape == (3, 0)


def test_the_same_purchases_and_seed_give_the_same_suggestions() -> None:
    lines = tasteful()
    everybody = np.arange(200)

    answers = []
    for shuffled in (lines, lines[::-1]):
        history = encode(as_lines(shuffled))
        answers.append(best_new(_learned(history), everybody, bought(history), 10))

    assert np.array_equal(answers[0].items, answers[1].items)
    assert np.array_equal(answers[0].scores, answers[1].scores)


def test_another_seed_gives_other_scores() -> None:
    history = encode(as_lines(tasteful()))

    one, other = _learned(history, Parameters(seed=1)), _learned(history, Parameters(seed=2))

    assert not np.allclose(one.items, other.items)


def test_customers_are_suggested_what_those_of_like_taste_bought() -> None:
    history = encode(as_lines(tasteful()))

    best = best_new(_learned(history), np.arange(200), bought(history), 3)

    taste = np.array([customer.int % 8 for customer in history.customers])
    group = np.array([product.int % 8 for product in history.products])
    same = (group[best.items] == taste[:, None])[best.items >= 0]
    assert same.mean() > 0.5


def test_popularity_counts_only_the_last_days() -> None:
    old = [Bought(customer, 1, customer, 0) for customer in range(9)]
    recent = [Bought(20, 2, 20, 99), Bought(21, 2, 21, 99), Bought(20, 3, 20, 99)]
    history = encode(as_lines(old + recent))

    ranking = recent_popularity(history, np.arange(3), int(history.day.max()) + 1, Parameters())

    assert np.argsort(-ranking.items.ravel()).tolist() == [1, 2, 0]


def test_equal_popularity_favours_nobody() -> None:
    history = encode(as_lines([Bought(1, 1, 1, 0), Bought(2, 2, 2, 0)]))

    ranking = recent_popularity(history, np.arange(2), int(history.day.max()) + 1, Parameters())

    assert ranking.items.ravel().tolist() == [0, 0]
