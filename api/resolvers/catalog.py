"""Reading the catalogue."""

from typing import Any

import strawberry

from api.access import PUBLIC, field
from api.context import Info
from api.ids import decode
from api.pages import Connection, connection, cursor, identifier, int32, int64, moment, page_size, read_cursor
from api.schema.catalog import (
    Category,
    Product,
    ProductFilter,
    languages,
    show_category,
    show_products,
    show_products_by_id,
)
from api.schema.money import MoneyInput, read_money
from domain.catalog import listing
from domain.catalog.listing import Listed, ProductSort, list_products
from domain.catalog.queries import categories, product_id_by_slug
from domain.pricing.currencies import sold_currency
from domain.shared.errors import InvalidInput
from domain.shared.settings import settings


@strawberry.type
class CatalogQuery:
    @field(PUBLIC, description="Live products that have a price in the currency, the shop's first one by default.")
    async def products(
        self,
        info: Info,
        first: int = 20,
        after: str | None = None,
        filter: ProductFilter | None = None,
        sort: ProductSort = ProductSort.NEWEST,
        currency: str | None = None,
    ) -> Connection[Product]:
        chosen, size = _currency(currency), page_size(first)
        key = read_cursor(_list_name(sort), after, (_KEY_TYPES[sort], identifier))
        found = await list_products(
            _filter(filter or ProductFilter(), chosen),
            sort=sort,
            page=(size + 1, (key[0], key[1]) if key else None),
            currency=chosen,
            languages=languages(info),
        )
        nodes = await show_products(info, [one.product for one in found[:size]], chosen)
        return connection(found, size, has_previous=after is not None, cursor_of=_cursor_of(sort), nodes=nodes)

    @field(PUBLIC, description="A live product by its slug or its id.")
    async def product(
        self, info: Info, slug: str | None = None, id: strawberry.ID | None = None, currency: str | None = None
    ) -> Product | None:
        if (slug is None) == (id is None):
            raise InvalidInput(field="slug", rule="either", limit="slug, id")
        product_id = decode("Product", id, field="id") if id is not None else await product_id_by_slug(slug or "")
        found = await show_products_by_id(info, [product_id] if product_id else [], _currency(currency))
        return next(iter(found.values()), None)

    @field(PUBLIC, description="The tree of categories, parents before children.")
    async def categories(self, info: Info) -> list[Category]:
        return [show_category(one) for one in await categories(languages=languages(info))]


_KEY_TYPES: dict[ProductSort, Any] = {
    ProductSort.NEWEST: moment,
    ProductSort.BEST_SELLING: int32,
    ProductSort.PRICE_LOW_TO_HIGH: int64,
    ProductSort.PRICE_HIGH_TO_LOW: int64,
}


def _currency(code: str | None) -> str:
    return settings().shop_currencies[0] if code is None else sold_currency(code)


def _list_name(sort: ProductSort) -> str:
    return f"products.{sort}"


def _cursor_of(sort: ProductSort) -> Any:
    def cursor_of(one: Listed) -> str:
        return cursor(_list_name(sort), (one.key, one.product.id))

    return cursor_of


def _filter(given: ProductFilter, currency: str) -> listing.ProductFilter:
    return listing.ProductFilter(
        category_slug=given.category,
        supplier_id=decode("Supplier", given.supplier_id, field="filter.supplierId") if given.supplier_id else None,
        text=given.text,
        price_from=_price(given.price_from, currency, "filter.priceFrom"),
        price_to=_price(given.price_to, currency, "filter.priceTo"),
    )


def _price(given: MoneyInput | None, currency: str, field: str) -> int | None:
    if given is None:
        return None
    read = read_money(given, field)
    if read.currency != currency:
        raise InvalidInput(field=f"{field}.currency", rule="currency", limit=currency)
    return read.minor
