"""What somebody may have meant when nothing was found."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domain.catalog.listing.asked import Asked, languages_searched
from domain.catalog.listing.shown_words import shown_words
from domain.channels.storefront import Storefront
from domain.shared.database import rows

SHORTEST: Final = 3
"""Words of fewer letters resemble too many others."""

_LOOKED_AT: Final = 10


@dataclass(frozen=True)
class Word:
    """A word of the catalogue, and in how many names it stands."""

    word: str
    documents: int


async def corrected(question: Asked, shop: Storefront) -> Asked:
    """With the nearest word of what is for sale in place of each that stands nowhere in it. At most two statements.

    Words that share trigrams are compared (pg_trgm), and those that begin alike and are about as long: two swapped letters
    leave a word with few trigrams of before.
    """
    typed = {place: word for place, word in question.plain.items() if len(word) >= SHORTEST}
    languages = languages_searched(question.text, shop.languages)
    found = await rows(
        """SELECT g.place, w.word, w.documents
           FROM unnest($1::int[], $2::text[]) AS g(place, word)
           CROSS JOIN LATERAL (
             SELECT w.word, max(w.documents) AS documents FROM search_word w
             WHERE w.language = ANY($3) AND (w.word % hanse_unaccent(g.word)
               OR w.word LIKE left(hanse_unaccent(g.word), CASE WHEN length(g.word) < 6 THEN 1 ELSE 2 END) || '%'
                  AND abs(length(w.word) - length(g.word)) <= 2)
             GROUP BY w.word ORDER BY similarity(w.word, hanse_unaccent(g.word)) DESC, w.word LIMIT 100) AS w""",
        list(typed),
        list(typed.values()),
        languages,
    )
    candidates: dict[int, list[Word]] = defaultdict(list)
    for one in found:
        candidates[one["place"]].append(Word(one["word"], one["documents"]))
    near = {place: _near(word, candidates[place]) for place, word in typed.items()}
    asked_for = {word for words in near.values() for word in words}
    shown = await shown_words(sorted(asked_for), languages, shop=shop) if asked_for else frozenset()
    chosen = {place: next((word for word in words if word in shown), None) for place, words in near.items()}
    return question.with_words({place: word for place, word in chosen.items() if word not in {None, typed[place]}})


def distance(one: str, other: str) -> int:
    """How many letters must be added, left out, exchanged, or swapped with their neighbours (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _near(typed: str, candidates: Iterable[Word]) -> list[str]:
    """The words with the fewest slips, among equals the more frequent one first; none that takes too many slips."""
    allowed = 1 if len(typed) < 6 else 2
    ranked = sorted((distance(typed, one.word), -one.documents, one.word) for one in candidates)
    return [word for slips, _, word in ranked if slips <= allowed][:_LOOKED_AT]
