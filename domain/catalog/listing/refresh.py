"""The read model of products, made from the tables of the catalogue."""

from collections.abc import Sequence
from uuid import UUID

from domain.catalog.listing.documents import described
from domain.catalog.listing.sources import attributes_used, sources, texts_used
from domain.catalog.listing.store_rows import store_rows
from domain.catalog.listing.store_words import store_facets, store_words
from domain.catalog.listing.words import dictionary_ready
from domain.shared.database import rows
from domain.shared.transactions import require_transaction

_CHUNK = 1_000


async def refresh_listings(product_ids: Sequence[UUID]) -> None:
    """Make the rows and documents of these products what their tables say now; what others set in them stays.

    Locks the rows in the order of their ids. Seven statements for every thousand products, whatever they hold.
    """
    require_transaction("refresh_listings")
    ids = sorted(set(product_ids))
    for start in range(0, len(ids), _CHUNK):
        await _refresh(ids[start : start + _CHUNK])


async def _refresh(ids: Sequence[UUID]) -> None:
    # Locked before reading: whoever refreshes the same product at the same time reads after us, and all that we wrote.
    await rows("SELECT 1 FROM product_listing WHERE product_id = ANY($1) ORDER BY product_id FOR UPDATE", ids)
    found = await sources(ids)
    attributes = await attributes_used(found)
    texts = await texts_used(found, attributes)
    await dictionary_ready()
    all_described = [described(one, attributes, texts) for one in found]
    await store_facets(facet for one in all_described for facet in one.facets)
    await store_rows(found, all_described, texts)
    # What is on sale nowhere suggests nothing to anybody.
    await store_words(one.documents for source, one in zip(found, all_described, strict=True) if source.channels)
