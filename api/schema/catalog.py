"""The catalogue as clients see it. Whatever a query asks of its products is fetched at once, before they are built."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from api.access import PARENT, Access, field
from api.context import Info
from api.ids import encode
from api.pages import page_size
from api.schema.money import Money, MoneyInput, shown
from api.schema.node import Node
from api.selection import selected_names
from domain.catalog.listing import ProductSort
from domain.catalog.queries import (
    CategoryFacts,
    Languages,
    ProductFacts,
    VariantFacts,
    categories,
    descriptions,
    products,
    variants_of,
)
from domain.inventory.queries import available
from domain.pricing.queries import prices
from domain.shared import money
from domain.shared.settings import settings

_MAX_INT = 2**31 - 1
_SPARE = 5
"""Suggested products that may have left the shop since without making a list short."""

ProductSortEnum = strawberry.enum(ProductSort, name="ProductSort")


@strawberry.input(description="Every condition given must hold.")
class ProductFilter:
    category: str | None = strawberry.field(
        default=None, description="The slug of a category; those below it count too."
    )
    supplier_id: strawberry.ID | None = None
    text: str | None = strawberry.field(default=None, description="Part of the name in any language.")
    price_from: MoneyInput | None = None
    price_to: MoneyInput | None = None


@strawberry.type(directives=[Access(requires=PARENT)])
class Category:
    id: strawberry.ID
    slug: str
    name: str
    parent_id: strawberry.ID | None


@strawberry.type(directives=[Access(requires=PARENT)], description="One choice of a variant, for example size M.")
class Option:
    name: str
    value: str


@strawberry.type(directives=[Access(requires=PARENT)], description="What is bought: one SKU of a product.")
class Variant:
    id: strawberry.ID
    sku: str
    options: list[Option]
    price: Money | None = strawberry.field(description="In the currency that the query asked for.")
    available: int = strawberry.field(description="Units that can be bought now, over all warehouses.")


@strawberry.type(directives=[Access(requires=PARENT)])
class Product(Node):
    product_id: strawberry.Private[UUID]
    shown_in: strawberry.Private[str]
    id: strawberry.ID
    slug: str
    name: str
    description: str
    category: Category | None
    supplier_id: strawberry.ID
    price_from: Money | None = strawberry.field(description="The lowest price of its variants.")
    variants: list[Variant]
    created_at: datetime

    @field(PARENT, description="What buyers put into the same basket, best first.")
    async def bought_together(self, info: Info, first: int = 10) -> list["Product"]:
        size = page_size(first)
        beside = await info.context.loaders.bought_together.load(self.product_id)
        return await live_products(info, beside, self.shown_in, size)


async def live_products(info: Info, product_ids: Sequence[UUID], currency: str, first: int) -> list[Product]:
    """The first of the products that are live. Neighbours in one list of the answer share their statements."""
    shelf = info.context.loaders.at(_place(info, currency), lambda ids: show_products_by_id(info, ids, currency))
    found = await shelf.load_many(list(product_ids[: first + _SPARE]))
    return [one for one in found if one is not None][:first]


async def show_products_by_id(info: Info, product_ids: Sequence[UUID], currency: str) -> dict[UUID, Product]:
    """Those of the products that are live. At most six statements, whatever their number."""
    found = await products(product_ids, languages=languages(info), currency=currency)
    built = await show_products(info, list(found.values()), currency)
    return dict(zip(found, built, strict=True))


async def show_products(info: Info, facts: Sequence[ProductFacts], currency: str) -> list[Product]:
    """The products with what this query asks of them. At most five statements, whatever their number."""
    wanted, ids = selected_names(info), [one.id for one in facts]
    texts = await descriptions(ids, languages=languages(info)) if "description" in wanted else {}
    by_id = {one.id: one for one in await categories(languages=languages(info))} if "category" in wanted else {}
    variants = await _show_variants(ids, currency, wanted) if "variants" in wanted else {}
    return [
        Product(
            product_id=one.id,
            shown_in=currency,
            id=strawberry.ID(encode("Product", one.id)),
            slug=one.slug,
            name=one.name,
            description=texts.get(one.id, ""),
            category=show_category(by_id[one.category_id]) if one.category_id in by_id else None,
            supplier_id=strawberry.ID(encode("Supplier", one.supplier_id)),
            price_from=None if one.price_from is None else shown(money.Money(one.price_from, currency)),
            variants=variants.get(one.id, []),
            created_at=one.created_at,
        )
        for one in facts
    ]


def show_category(facts: CategoryFacts) -> Category:
    parent = strawberry.ID(encode("Category", facts.parent_id)) if facts.parent_id else None
    return Category(id=strawberry.ID(encode("Category", facts.id)), slug=facts.slug, name=facts.name, parent_id=parent)


def languages(info: Info) -> Languages:
    return (info.context.language, settings().default_language)


def _place(info: Info, currency: str) -> tuple[str, ...]:
    """Where in the answer this field stands, whichever element of a list it belongs to: there all select the same."""
    return (currency, *(part for part in info.path.as_list() if isinstance(part, str)))


async def _show_variants(ids: Sequence[UUID], currency: str, wanted: frozenset[str]) -> dict[UUID, list[Variant]]:
    found = await variants_of(ids)
    variant_ids = [variant.id for group in found.values() for variant in group]
    priced = await prices(variant_ids, currency) if "price" in wanted else {}
    units = await available(variant_ids) if "available" in wanted else {}
    return {product_id: [_variant(one, priced, units) for one in group] for product_id, group in found.items()}


def _variant(facts: VariantFacts, priced: Mapping[UUID, money.Money], units: Mapping[UUID, int]) -> Variant:
    price = priced.get(facts.id)
    return Variant(
        id=strawberry.ID(encode("Variant", facts.id)),
        sku=facts.sku,
        options=[Option(name=name, value=value) for name, value in facts.options.items()],
        price=None if price is None else shown(price),
        available=min(units.get(facts.id, 0), _MAX_INT),
    )
