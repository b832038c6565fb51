"""How a text may go on: words of the catalogue, categories, products."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.catalog.listing.asked import LONGEST, languages_searched
from domain.catalog.listing.search import Wanted, search
from domain.catalog.listing.search_filter import ProductFilter, ProductSort
from domain.catalog.listing.shown_words import SHOWN
from domain.catalog.listing.words import configuration, runs
from domain.catalog.products.queries import products
from domain.channels.storefront import Storefront
from domain.shared.database import rows
from domain.shared.errors import InvalidInput


class SuggestionKind(StrEnum):
    WORD = "word"
    CATEGORY = "category"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Suggestion:
    kind: SuggestionKind
    text: str
    slug: str | None = None


_LOOKED_AT = 100
"""Words that begin so, the most frequent ones: more are not asked whether they may be shown."""

_TERMS = f"""
    (SELECT 'word' AS kind, w.word AS text, NULL AS slug FROM (
       SELECT language, word, documents FROM search_word WHERE language = ANY($1) AND word LIKE hanse_unaccent($2)
       ORDER BY documents DESC, word LIMIT {_LOOKED_AT}) AS w
     JOIN unnest($1::text[], $5::text[]) AS g(language, configuration) ON g.language = w.language
     WHERE {SHOWN.format(channel="$6", currency="$7")} ORDER BY w.documents DESC, w.word LIMIT $4)
    UNION ALL
    (SELECT 'category', t.value, c.slug FROM category c
     JOIN LATERAL (
       SELECT value FROM catalog_text WHERE owner_id = c.id AND field = 'name' AND language = ANY($1)
       ORDER BY array_position($1, language::text) LIMIT 1) t ON true
     WHERE hanse_unaccent(t.value) LIKE hanse_unaccent($3) OR hanse_unaccent(t.value) LIKE '% ' || hanse_unaccent($3)
     ORDER BY c.position, c.slug LIMIT $4)"""


async def suggestions(text: str, *, shop: Storefront, first: int) -> list[Suggestion]:
    """Categories that begin like the text, then words that begin like its last one, then products that it finds.

    Words are those of products for sale in the storefront. At most three statements. An empty text has none. Raises
    InvalidInput for more than 200 characters.
    """
    if len(text) > LONGEST:
        raise InvalidInput(field="text", rule="length", limit=f"0..{LONGEST}")
    typed = runs(text)
    if not typed:
        return []
    languages = list(dict.fromkeys([*shop.languages, *languages_searched(text, shop.languages)]))
    found = await rows(
        _TERMS,
        languages,
        f"{typed[-1]}%",
        f"{' '.join(typed)}%",
        first,
        [configuration(one) for one in languages],
        shop.channel,
        shop.currency,
    )
    head = text[: _begin_of_last(text)] if len(typed) > 1 else ""
    words = [Suggestion(SuggestionKind.WORD, f"{head}{one['text']}") for one in found if one["kind"] == "word"]
    categories = [
        Suggestion(SuggestionKind.CATEGORY, one["text"], one["slug"]) for one in found if one["kind"] == "category"
    ]
    return _mixed([categories, words, await _products(text, shop, first)], first)


async def _products(text: str, shop: Storefront, first: int) -> list[Suggestion]:
    found = await search(Wanted(ProductFilter(text=text), ProductSort.RELEVANCE, shop), first=first, is_exact=True)
    named = await products([id for _, id in found.keys], shop=shop)
    return [Suggestion(SuggestionKind.PRODUCT, named[id].name, named[id].slug) for _, id in found.keys if id in named]


def _begin_of_last(text: str) -> int:
    """Where the last run begins in the text as it was typed, which may be longer or shorter than when it is normalised."""
    last = runs(text)[-1:]
    return next(place for place in range(len(text) - 1, -1, -1) if runs(text[place:]) == last)


def _mixed(groups: Iterable[list[Suggestion]], first: int) -> list[Suggestion]:
    """`first` of them, so that each group has its share as long as it has any."""
    waiting = [group[:] for group in groups]
    share = max(1, first // 3)
    chosen = [group[:share] for group in waiting]
    spare = first - sum(map(len, chosen))
    for place, group in enumerate(waiting):
        more = group[share : share + spare]
        chosen[place] += more
        spare -= len(more)
    return [one for group in chosen for one in group][:first]
