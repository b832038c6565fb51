"""Lists of products and searching them."""

from typing import Any

import strawberry

from api.access import PUBLIC, field
from api.context import Info
from api.pages import cursor, identifier, int32, int64, microseconds, page_size, read_cursor
from api.schema.catalog import show_products_by_id
from api.schema.search import ProductFilter, ProductResults, Suggestion
from api.schema.search_answers import show_results
from api.schema.search_filters import list_name, read_filter
from api.selection import selected_names
from api.storefront import storefront_of
from domain.catalog.listing.facets import facets, total
from domain.catalog.listing.highlight import highlights
from domain.catalog.listing.search import FARTHEST, Counts, Found, Wanted, count, search
from domain.catalog.listing.search_filter import ProductSort
from domain.catalog.listing.suggest import suggestions
from domain.shared.errors import InvalidInput

_SUGGESTIONS = 50


@strawberry.type
class SearchQuery:
    @field(
        PUBLIC,
        description="Products that are live in the channel and have a price in the currency, its first one by default. "
        "Sorted by RELEVANCE when a text is looked for, else by NEWEST, unless told otherwise.",
    )
    async def products(
        self,
        info: Info,
        first: int = 20,
        after: str | None = None,
        filter: ProductFilter | None = None,
        sort: ProductSort | None = None,
        currency: str | None = None,
        channel: str | None = None,
    ) -> ProductResults:
        shop, size = await storefront_of(info, channel, currency), page_size(first)
        given = read_filter(filter or ProductFilter(), shop.currency)
        wanted = Wanted(given, sort or (ProductSort.RELEVANCE if given.text else ProductSort.NEWEST), shop)
        name = list_name(wanted)
        key = microseconds if wanted.sort is ProductSort.NEWEST else int64
        place = read_cursor(name, after, (key, identifier, _nearness))
        found = await search(
            wanted, first=size + 1, after=place and (place[0], place[1]), nearness=place[2] if place else 0
        )
        return await _answer(info, wanted, found, page=(size, after is not None, name))

    @field(
        PUBLIC,
        description="How a text may go on: categories, words and products of the channel. At most 50.",
    )
    async def search_suggestions(
        self, info: Info, text: str, first: int = 10, channel: str | None = None
    ) -> list[Suggestion]:
        if not 1 <= first <= _SUGGESTIONS:
            raise InvalidInput(field="first", rule="range", limit=f"1..{_SUGGESTIONS}")
        found = await suggestions(text, shop=await storefront_of(info, channel), first=first)
        return [Suggestion(kind=one.kind, text=one.text, slug=one.slug) for one in found]


def _nearness(part: Any) -> int:
    if (read := int32(part)) > FARTHEST:
        raise ValueError("nothing is looked for so far away")
    return read


async def _answer(info: Info, wanted: Wanted, found: Found, *, page: tuple[int, bool, str]) -> ProductResults:
    size, has_previous, name = page
    asked_for, shop = selected_names(info), wanted.shop
    keys = found.keys[:size]
    nodes = await show_products_by_id(info, [id for _, id in keys], shop)
    kept = [(key, id) for key, id in keys if id in nodes]  # one may have left the shop since the statement before
    counts = await count(wanted, found) if {"totalCount", "facets"} & asked_for else Counts()
    question = found.question if "highlights" in asked_for else None
    return show_results(
        [nodes[id] for _, id in kept],
        [cursor(name, (key, id, found.nearness)) for key, id in kept],
        found=found,
        ends=(len(found.keys) > size, has_previous),
        counted=(
            total(counts),
            await facets(counts, shop=shop) if "facets" in asked_for else None,
            await highlights([id for _, id in kept], question, shop=shop) if question and question.terms else {},
            shop.currency,
            info.context.language,
        ),
    )
