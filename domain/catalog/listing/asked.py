"""What somebody typed, as questions to PostgreSQL's full text search.

Only words in quotes and our own operators reach `to_tsquery`, so that nothing typed is an operator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.catalog.listing.words import configuration, has_cjk, pairs, runs, words
from domain.shared.errors import InvalidInput

LONGEST: Final = 200
CHINESE: Final = ("zh-Hans", "zh-Hant")
_SHORTEST_BEGINNING: Final = 2

CTE: Final = """asked AS MATERIALIZED (
      SELECT coalesce(string_agg(NULLIF(query::text, ''), ' | ')::tsquery, ''::tsquery) AS query
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
        AS g(language, configuration, head, last, beginning)
      CROSS JOIN LATERAL (
        SELECT hanse_tagged(to_tsquery(g.configuration::regconfig, g.head), g.language || '.') AS head,
               hanse_tagged(to_tsquery(g.configuration::regconfig, g.last), g.language || '.') AS last,
               hanse_tagged(to_tsquery('hanse_simple', g.beginning),
                            g.language || CASE g.configuration WHEN 'hanse_simple' THEN '.' ELSE ':' END) AS beginning) AS q
      CROSS JOIN LATERAL (
        SELECT CASE WHEN numnode(q.last) = 0 AND numnode(q.head) > 0 THEN q.head
               ELSE q.head && (q.last || q.beginning) END AS query) AS whole)"""
"""One question that any language may answer. A stop word at the end is left out like any other."""


@dataclass(frozen=True)
class Asked:
    """`terms` are parts of questions, each of which must be found; `beginning` stands for the last, which may be typed in
    part. `words` are all words by themselves, `plain` those that could be misspelt, by their places in `terms`.
    """

    text: str
    terms: tuple[str, ...]
    beginning: str
    words: tuple[str, ...]
    plain: Mapping[int, str]

    def parameters(self, languages: Sequence[str]) -> list[list[str]]:
        """Those of `CTE`."""
        searched = languages_searched(self.text, languages)
        head, last = " & ".join(self.terms[:-1]), self.terms[-1]
        count = len(searched)
        return [
            searched,
            [configuration(one) for one in searched],
            [head] * count,
            [last] * count,
            [self.beginning] * count,
        ]

    def with_words(self, meant: Mapping[int, str]) -> "Asked":
        """With other words in some places."""
        terms = tuple(quoted(meant[place]) if place in meant else term for place, term in enumerate(self.terms))
        plain = {**self.plain, **meant}
        words = [
            next((meant[at] for at, typed in self.plain.items() if typed == one and at in meant), one)
            for one in self.words
        ]
        return Asked(self.text, terms, "", tuple(words), plain)

    def any_of_its_words(self) -> "Asked":
        return Asked(self.text, (f"({' | '.join(map(quoted, self.words))})",), "", self.words, {})


def asked(text: str) -> Asked:
    """Raises InvalidInput for texts longer than 200 characters. Without a letter or digit there are no terms."""
    if len(text) > LONGEST:
        raise InvalidInput(field="filter.text", rule="length", limit=f"0..{LONGEST}")
    terms, plain, every = list[str](), dict[int, str](), list[str]()
    for run in runs(text):
        found = words(run)
        every += found
        if len(found) == 1 and not has_cjk(run):
            plain[len(terms)] = found[0]
        terms.append(_term(run, found))
    return Asked(text, tuple(terms), _beginning(text, terms, plain), tuple(every), plain)


def languages_searched(text: str, languages: Sequence[str]) -> list[str]:
    """Chinese is looked for in Chinese texts whatever language somebody reads; only there when nothing else is asked."""
    if not has_cjk(text):
        return list(languages)
    if all(has_cjk(run) for run in runs(text)):
        own = [one for one in languages if one.split("-", maxsplit=1)[0] in {"zh", "ja"}]
        return list(dict.fromkeys([*own, *CHINESE]))
    return list(dict.fromkeys([*languages, *CHINESE]))


def quoted(word: str) -> str:
    return f"'{word}'"


def _term(run: str, found: Sequence[str]) -> str:
    """A hyphenated word in its parts or as one; Chinese as jieba cuts it, or in pairs of letters."""
    if has_cjk(run):
        alternatives = dict.fromkeys((_all(found), _all(pairs(run))))
        return f"({' | '.join(f'({one})' for one in alternatives)})"
    return quoted(found[0]) if len(found) == 1 else f"(({_all(found[:-1])}) | {quoted(found[-1])})"


def _beginning(text: str, terms: Sequence[str], plain: Mapping[int, str]) -> str:
    """A blank behind the last word says that it is complete."""
    word = plain.get(len(terms) - 1, "")
    if text[-1:].isspace() or not word:
        return ""
    return f"{quoted(word)}:*" if len(word) >= _SHORTEST_BEGINNING else ""


def _all(found: Sequence[str]) -> str:
    return " & ".join(map(quoted, found))
