"""The order of results stays as good as it is, over the whole demo assortment; and the rules by which it is judged."""

import statistics
from pathlib import Path

import pytest

from benchmarks.relevance import Thing, grade, judged, ndcg, scores
from domain.shared.settings import Settings
from hanse.seed import Scale, seed
from tests.conftest import own_database

FLOORS = {"en": 0.82, "zh": 0.79}
_SHIRT = Thing("shirt", "shirts", "linen", "zen")


@pytest.mark.timeout(300)
async def test_searches_in_both_languages_are_answered_in_a_good_order(shop: Settings, tmp_path: Path) -> None:
    async with own_database(shop, tmp_path):
        await seed(scale=Scale(customers=60, orders=200))

        found = await scores()

    assert len(found) >= 60
    for language, floor in FLOORS.items():
        mean = statistics.mean(score for one, score in found.items() if one.language == language)
        assert mean >= floor, (language, mean)


@pytest.mark.parametrize(
    ("wants", "expected"),
    [
        ({"nouns": ["shirt"], "material": "linen"}, 3),
        ({"nouns": ["shirt"]}, 3),
        ({"category": "shirts", "style": "zen"}, 3),
        ({"nouns": ["shirt"], "material": "linen", "style": "urban"}, 2),
        ({"nouns": ["blouse"], "near": ["shirt"]}, 2),
        ({"nouns": ["shirt"], "material": "hemp"}, 1),
        ({"nouns": ["blouse"], "material": "linen"}, 1),
        ({"nouns": ["blouse"]}, 0),
        ({"nouns": ["trousers"], "material": "linen"}, 0),
    ],
)
def test_a_product_is_judged_by_what_it_is(wants: dict[str, object], expected: int) -> None:
    assert grade(_SHIRT, wants) == expected


def test_the_figure_is_one_for_the_best_order_and_less_for_others() -> None:
    assert ndcg([3, 2, 1], [0, 1, 2, 3]) == 1
    assert 0 < ndcg([1, 2, 3], [0, 1, 2, 3]) < 1
    assert ndcg([0, 0], [3]) == 0


def test_each_search_is_judged_once() -> None:
    texts = [(one.language, one.text) for one in judged()]

    assert len(texts) == len(set(texts))
