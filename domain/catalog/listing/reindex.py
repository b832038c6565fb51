"""Making the whole read model anew, or what of it was never made."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.listing.words import configuration
from domain.shared.database import rows, run, value
from domain.shared.transactions import use_case

_CHUNK: Final = 500
_refresh = use_case(refresh_listings)


async def products_to_index(*, everything: bool) -> int:
    """How many `reindex` would make anew."""
    if everything:
        found: int = await value("SELECT count(*) FROM product")
        return found
    waiting: int = await value(
        """SELECT count(*) FROM product p LEFT JOIN product_listing l ON l.product_id = p.id WHERE l.indexed_at IS NULL"""
    )
    return waiting


async def reindex(tell: Callable[[int], None], *, everything: bool) -> None:
    """Make rows and words of all products anew, or of those that never were; `tell` hears how many are done each time.

    Chunk by chunk, each in a transaction of its own: the shop goes on meanwhile, and who breaks it off may begin again.
    """
    after: UUID | None = None
    while found := await _next(after, everything=everything):
        await _refresh(found)
        after = found[-1]
        tell(len(found))
    if after is not None:
        await run("ANALYZE product_listing, search_facet, search_word")
        await count_words(None)


@use_case
async def count_words(_before: datetime | None) -> int:
    """Count in how many names on sale each word stands, and forget the words that no product on sale has any more."""
    await run(
        """WITH found AS (
             SELECT split_part(translate(word, ':', '.'), '.', 1) AS language,
                    substr(word, position('.' IN translate(word, ':', '.')) + 1) AS word, max(ndoc) AS documents
             FROM ts_stat('SELECT heading FROM product_listing WHERE channels <> ''{}'' AND heading IS NOT NULL')
             GROUP BY 1, 2)
           UPDATE search_word w SET documents = coalesce(f.documents, 0)
           FROM search_word s LEFT JOIN found f ON f.language = s.language AND f.word = s.word
           WHERE w.id = s.id AND w.documents <> coalesce(f.documents, 0)"""
    )
    languages = [one["language"] for one in await rows("SELECT DISTINCT language FROM search_word")]
    return await run(
        """DELETE FROM search_word w USING unnest($1::text[], $2::text[]) AS g(language, configuration)
           WHERE w.documents = 0 AND w.language = g.language AND NOT EXISTS (
             SELECT FROM product_listing l WHERE l.channels <> '{}'
               AND l.document @@ hanse_tagged(plainto_tsquery(g.configuration::regconfig, w.word), g.language || '.'))""",
        languages,
        [configuration(one) for one in languages],
    )


async def _next(after: UUID | None, *, everything: bool) -> list[UUID]:
    found = await rows(
        """SELECT p.id FROM product p LEFT JOIN product_listing l ON l.product_id = p.id
           WHERE ($1::uuid IS NULL OR p.id > $1) AND ($2 OR l.indexed_at IS NULL) ORDER BY p.id LIMIT $3""",
        after,
        everything,
        _CHUNK,
    )
    return [one["id"] for one in found]
