"""What a review may be, what becomes of it, and the mean of many. Pure."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from domain.channels.languages import checked_language
from domain.shared.errors import InvalidInput
from domain.shared.printable import is_seen, printable_line

LEAST_STARS, MOST_STARS = 1, 5
MAX_TITLE, MAX_AUTHOR_NAME, MAX_NOTE = 150, 60, 300
BODY_LENGTH = (10, 5_000)

_UNSEEN = {"Cc", "Cf", "Cs"}
_MEANT = "\n\t\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


class ReviewState(StrEnum):
    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the author says, in the form in which it is stored."""

    rating: int
    title: str
    body: str
    author_name: str
    language: str


def checked_words(words: Words) -> Words:
    """Raises InvalidInput: rating by "range", title and authorName as `printable_line`, body by "length" or "controls",
    language by "language".
    """
    return Words(
        rating=checked_stars(words.rating, field="rating"),
        title=printable_line(words.title, field="title", longest=MAX_TITLE),
        body=_checked_body(words.body),
        author_name=printable_line(words.author_name, field="authorName", longest=MAX_AUTHOR_NAME),
        language=checked_language(words.language, field="language"),
    )


def checked_stars(stars: int, *, field: str) -> int:
    if not LEAST_STARS <= stars <= MOST_STARS:
        raise InvalidInput(field=field, rule="range", limit=f"{LEAST_STARS}..{MOST_STARS}")
    return stars


def state_after(earlier: ReviewState | None, *, at_once: bool) -> ReviewState:
    """Of a review that its author has written (`earlier` is None) or changed. What staff rejected is always read again."""
    if at_once and earlier is not ReviewState.REJECTED:
        return earlier or ReviewState.PUBLISHED
    return ReviewState.PENDING


def mean_rating(stars: int, count: int) -> int | None:
    """The mean of `count` ratings that sum to `stars`, in hundredths of a star, halves rounded up; None of nothing."""
    return (200 * stars + count) // (2 * count) if count else None


def _checked_body(text: str) -> str:
    shortest, longest = BODY_LENGTH
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    known = unicodedata.normalize("NFC", lines).strip() if len(text) <= longest * 4 else text
    if not shortest <= len(known) <= longest:
        raise InvalidInput(field="body", rule="length", limit=f"{shortest}..{longest}")
    if any(unicodedata.category(one) in _UNSEEN and one not in _MEANT for one in known) or not is_seen(known):
        raise InvalidInput(field="body", rule="controls")
    return known
