"""Writing what searching reads beside the rows of products: facets, and the words that typos are compared with."""

from collections.abc import Iterable, Sequence

from domain.catalog.listing.documents import Document
from domain.catalog.listing.facet_ids import Facet
from domain.catalog.listing.words import has_cjk
from domain.shared.database import run
from domain.shared.ids import new_id

SHORTEST_WORD = 3


async def store_facets(facets: Iterable[Facet]) -> None:
    """Note what the facets stand for. One statement. What is known stays as it is, but for one whose group or value was
    removed and made anew since."""
    by_id = {one.id: one for one in facets}
    kept = [
        by_id[id] for id in sorted(by_id)
    ]  # in one order, so that two imports wait for each other and do not lock up
    await run(
        """INSERT INTO search_facet (id, kind, code, value, group_id, owner_id, group_label, label)
           SELECT g.* FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[],
                                  $8::text[]) AS g(id, kind, code, value, group_id, owner_id, group_label, label)
           LEFT JOIN search_facet f ON f.id = g.id
           WHERE f.id IS NULL OR (f.group_id, f.owner_id) IS DISTINCT FROM (g.group_id, g.owner_id) ORDER BY g.id
           ON CONFLICT (id) DO UPDATE SET group_id = excluded.group_id, owner_id = excluded.owner_id""",
        sorted(by_id),
        [str(one.kind) for one in kept],
        [one.code for one in kept],
        [one.value for one in kept],
        [one.group_id for one in kept],
        [one.owner_id for one in kept],
        [one.group_label for one in kept],
        [one.label for one in kept],
    )


async def store_words(documents: Iterable[Sequence[Document]]) -> None:
    """Note the words of names and descriptors for guessing what a typo meant. One statement; known ones stay."""
    found = {(one.language, word) for group in documents for one in group for word in _spelt(one)}
    kept = sorted(found)
    await run(
        """INSERT INTO search_word (id, language, word, documents)
           SELECT DISTINCT ON (g.language, hanse_unaccent(g.word)) g.id, g.language, hanse_unaccent(g.word), 1
           FROM unnest($1::uuid[], $2::text[], $3::text[]) AS g(id, language, word)
           ORDER BY g.language, hanse_unaccent(g.word) ON CONFLICT (language, word) DO NOTHING""",
        [new_id() for _ in kept],
        [language for language, _ in kept],
        [word for _, word in kept],
    )


def _spelt(document: Document) -> Iterable[str]:
    """Words that somebody could misspell: Chinese ones are chosen, not spelt, and numbers mean what they say."""
    for word in f"{document.names} {document.descriptors}".split():
        if len(word) >= SHORTEST_WORD and not has_cjk(word) and not any(letter.isdigit() for letter in word):
            yield word
