from dataclasses import replace

import pytest

from domain.reviews.rules import ReviewState, checked_words, mean_rating, state_after
from domain.shared.errors import InvalidInput
from tests.factories.reviews import WORDS


def test_words_are_stored_composed_and_without_blanks_around_them() -> None:
    given = replace(WORDS, title="  Pours\u00a0well ", body="\n No drip,\r\nand it keeps warm. ", author_name="Ada B.")

    stored = checked_words(given)

    assert (stored.title, stored.body) == ("Pours well", "No drip,\nand it keeps warm.")


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"rating": 0}, "rating", "range"),
        ({"rating": 6}, "rating", "range"),
        ({"title": " "}, "title", "length"),
        ({"title": "x" * 151}, "title", "length"),
        ({"title": "two\nlines"}, "title", "printable"),
        ({"body": "too short"}, "body", "length"),
        ({"body": "x" * 5_001}, "body", "length"),
        ({"body": "x" * 30_000}, "body", "length"),
        ({"body": "hidden \u202e backwards"}, "body", "controls"),
        ({"body": "a bell \a rings here"}, "body", "controls"),
        ({"body": "\u200d" * 12}, "body", "controls"),
        ({"body": "\u3164\n" * 12}, "body", "controls"),
        ({"title": "\u200d"}, "title", "printable"),
        ({"author_name": "\u3164"}, "authorName", "printable"),
        ({"author_name": "\u2800 \ufe0f"}, "authorName", "printable"),
        ({"author_name": ""}, "authorName", "length"),
        ({"author_name": "x" * 61}, "authorName", "length"),
        ({"language": "xx-nowhere"}, "language", "language"),
    ],
)
def test_what_a_review_cannot_be_is_refused_by_field_and_rule(
    changed: dict[str, object], field: str, rule: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_words(replace(WORDS, **changed))  # type: ignore[arg-type] # one wrong value of its field's type

    assert (refusal.value.field, refusal.value.rule) == (field, rule)


@pytest.mark.parametrize(
    ("earlier", "at_once", "then"),
    [
        (None, False, "pending"),
        (None, True, "published"),
        ("published", False, "pending"),
        ("published", True, "published"),
        ("pending", True, "pending"),
        ("rejected", True, "pending"),
        ("rejected", False, "pending"),
    ],
)
def test_what_the_author_writes_waits_unless_it_may_appear_at_once(
    earlier: str | None, at_once: bool, then: str
) -> None:
    state = None if earlier is None else ReviewState(earlier)

    assert state_after(state, at_once=at_once) == then


@pytest.mark.parametrize(
    ("stars", "count", "mean"), [(0, 0, None), (5, 1, 500), (9, 2, 450), (13, 3, 433), (14, 3, 467), (1_801, 400, 450)]
)
def test_the_mean_is_in_hundredths_of_a_star_with_halves_rounded_up(stars: int, count: int, mean: int | None) -> None:
    assert mean_rating(stars, count) == mean


@pytest.mark.parametrize("name", ["❤\ufe0f", "👨\u200d👩\u200d👧", "می\u200cخواهم", "김", "e\u0301", "!"])
def test_what_is_seen_may_be_a_name(name: str) -> None:
    assert checked_words(replace(WORDS, author_name=name)).author_name
