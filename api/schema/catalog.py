"""Products as clients see them. Whatever a query asks of its products is fetched at once, before they are built."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from uuid import UUID

import strawberry

from api.access import PARENT, Access, field
from api.context import Info
from api.ids import encode
from api.pages import Connection, page_size
from api.schema.categories import Category, show_category
from api.schema.media import Media, show_media
from api.schema.money import Money, shown
from api.schema.node import Node
from api.schema.product_parts import AttributeValue, ProductManagement, show_attribute, show_management
from api.schema.reviews import (
    Review,
    ReviewSummary,
    review_page,
    reviews_of_product,
    show_reviews_of,
    show_summary,
)
from api.selection import selected_names
from domain.catalog.categories.queries import CategoryFacts, categories_by_id
from domain.catalog.media.queries import media_of
from domain.catalog.products.details import attributes_of, details_of, publications_of
from domain.catalog.products.queries import (
    ProductFacts,
    VariantFacts,
    descriptions,
    products,
    variants,
    variants_of,
)
from domain.catalog.products.writers import writes_for
from domain.catalog.texts.options import Option as OptionKey
from domain.catalog.texts.options import option_names
from domain.channels.storefront import Storefront
from domain.inventory.queries import available
from domain.pricing.queries import ListPrice, list_prices
from domain.reviews.queries import ReviewSort
from domain.shared import money

_MAX_INT = 2**31 - 1
_SPARE = 5
"""Suggested products that may have left the shop since without making a list short."""


@strawberry.type(directives=[Access(requires=PARENT)], description="One choice of a variant, for example size M.")
class Option:
    name: str
    value: str
    source_name: str = strawberry.field(
        description="As the shop's own language has it, which the variant is written by."
    )
    source_value: str


@strawberry.type(directives=[Access(requires=PARENT)], description="What is bought: one SKU of a product.")
class Variant(Node):
    id: strawberry.ID
    product_id: strawberry.ID
    sku: str
    options: list[Option]
    price: Money | None = strawberry.field(description="In the currency that the query asked for.")
    compare_at_price: Money | None = strawberry.field(
        description="A former or recommended price that is higher, to be shown struck out."
    )
    available: int = strawberry.field(description="Units that can be bought now, over the channel's warehouses.")
    barcode: str | None
    weight_grams: int | None
    media_id: strawberry.ID | None = strawberry.field(description="The one of the product's pictures that shows it.")


@strawberry.type(directives=[Access(requires=PARENT)], description="What buyers think of a product.")
class Rating:
    average: float = strawberry.field(description="Stars, 1 to 5.")
    count: int


@strawberry.type(directives=[Access(requires=PARENT)])
class Product(Node):
    product_id: strawberry.Private[UUID]
    shown_in: strawberry.Private[Storefront]
    id: strawberry.ID
    slug: str
    name: str
    description: str
    category: Category | None
    supplier_id: strawberry.ID
    product_type: str | None = strawberry.field(description="The code of its type, which says what attributes it has.")
    attributes: list[AttributeValue] = strawberry.field(description="In the order of its type.")
    tags: list[str]
    price_from: Money | None = strawberry.field(description="The lowest price of its variants.")
    rating: Rating | None = strawberry.field(description="Null without published reviews.")
    variants: list[Variant]
    media: list[Media] = strawberry.field(description="Its pictures that are ready, in their order.")
    created_at: datetime
    management: ProductManagement | None = strawberry.field(
        description="For who may write the product; null for others."
    )

    @field(PARENT, description="What buyers put into the same basket, best first.")
    async def bought_together(self, info: Info, first: int = 10) -> list["Product"]:
        size = page_size(first)
        beside = await info.context.loaders.bought_together.load(self.product_id)
        return await live_products(info, beside, self.shown_in, size)

    @field(PARENT, description="Those that are published; `stars` narrows them to one number of stars.")
    async def reviews(
        self,
        info: Info,
        sort: ReviewSort = ReviewSort.NEWEST,
        stars: int | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[Review]:
        page = review_page(reviews_of_product(self.product_id), first, after=after, sort=sort)
        return await show_reviews_of(info, self.product_id, page, stars=stars)

    @field(PARENT, description="Its published reviews in numbers.")
    async def review_summary(self, info: Info) -> ReviewSummary:
        return show_summary(await info.context.loaders.review_summary.load(self.product_id))


async def live_products(info: Info, product_ids: Sequence[UUID], shop: Storefront, first: int) -> list[Product]:
    """The first of the products that are live. Neighbours in one list of the answer share their statements."""
    shelf = info.context.loaders.at(_place(info, shop), lambda ids: show_products_by_id(info, ids, shop))
    found = await shelf.load_many(list(product_ids[: first + _SPARE]))
    return [one for one in found if one is not None][:first]


async def show_products_by_id(
    info: Info, product_ids: Sequence[UUID], shop: Storefront, *, drafts: bool = False
) -> dict[UUID, Product]:
    """Those of the products that are live; with `drafts` also those that the viewer may write.

    One statement more than `show_products`.
    """
    found = await products(product_ids, shop=shop, editor=info.context.viewer if drafts else None)
    built = await show_products(info, list(found.values()), shop)
    return dict(zip(found, built, strict=True))


async def show_products(info: Info, facts: Sequence[ProductFacts], shop: Storefront) -> list[Product]:
    """The products with what this query asks of them. At most thirteen statements, whatever their number."""
    parts = await _parts(info, facts, shop)
    return [_product(one, parts, shop) for one in facts]


async def show_variants_by_id(info: Info, variant_ids: Sequence[UUID], shop: Storefront) -> dict[UUID, Variant]:
    """Those whose products are live or the viewer's to write. At most five statements."""
    found = await variants(variant_ids)
    seen = await products([one.product_id for one in found.values()], shop=shop, editor=info.context.viewer)
    visible = [one for one in found.values() if one.product_id in seen]
    return dict(zip([one.id for one in visible], await _show_variants(info, visible, shop), strict=True))


@dataclass
class _Parts:
    """What was fetched of the products, by their ids, categories by theirs; what nobody asked for is empty."""

    descriptions: Mapping[UUID, str] = dataclass_field(default_factory=dict)
    categories: Mapping[UUID, CategoryFacts] = dataclass_field(default_factory=dict)
    variants: Mapping[UUID, list[Variant]] = dataclass_field(default_factory=dict)
    media: Mapping[UUID, list[Media]] = dataclass_field(default_factory=dict)
    attributes: Mapping[UUID, list[AttributeValue]] = dataclass_field(default_factory=dict)
    management: Mapping[UUID, ProductManagement] = dataclass_field(default_factory=dict)
    types: Mapping[UUID, str | None] = dataclass_field(default_factory=dict)
    tags: Mapping[UUID, tuple[str, ...]] = dataclass_field(default_factory=dict)


async def _parts(info: Info, facts: Sequence[ProductFacts], shop: Storefront) -> _Parts:
    wanted, ids, parts = selected_names(info), [one.id for one in facts], _Parts()
    if "description" in wanted:
        parts.descriptions = await descriptions(ids, shop=shop)
    if "category" in wanted:
        parts.categories = await categories_by_id([one.category_id for one in facts], shop.languages)
    if "variants" in wanted:
        parts.variants = await _variants_by_product(info, ids, shop)
    if "media" in wanted:
        pictures = await media_of(ids, languages=shop.languages)
        parts.media = {id: [show_media(one) for one in group] for id, group in pictures.items()}
    if wanted & {"attributes", "tags", "productType", "management"}:
        await _add_details(info, facts, shop, parts)
    return parts


async def _add_details(info: Info, facts: Sequence[ProductFacts], shop: Storefront, parts: _Parts) -> None:
    wanted, viewer = selected_names(info), info.context.viewer
    details = await details_of([one.id for one in facts])
    parts.types = {id: one.product_type for id, one in details.items()}
    parts.tags = {id: one.tags for id, one in details.items()}
    if "attributes" in wanted:
        said = await attributes_of(details, shop=shop)
        parts.attributes = {
            id: [show_attribute(one, info.context.language) for one in given] for id, given in said.items()
        }
    written = [one.id for one in facts if one.id in details and writes_for(viewer, one.supplier_id)]
    if "management" in wanted and written:
        published = await publications_of(written)
        parts.management = {id: show_management(details[id], published.get(id, ())) for id in written}


def _product(facts: ProductFacts, parts: _Parts, shop: Storefront) -> Product:
    category = parts.categories.get(facts.category_id)
    return Product(
        product_id=facts.id,
        shown_in=shop,
        id=strawberry.ID(encode("Product", facts.id)),
        slug=facts.slug,
        name=facts.name,
        description=parts.descriptions.get(facts.id, ""),
        category=None if category is None else show_category(category, shop.languages),
        supplier_id=strawberry.ID(encode("Supplier", facts.supplier_id)),
        product_type=parts.types.get(facts.id),
        attributes=parts.attributes.get(facts.id, []),
        tags=list(parts.tags.get(facts.id, ())),
        price_from=None if facts.price_from is None else shown(money.Money(facts.price_from, shop.currency)),
        rating=None if facts.rating is None else Rating(average=facts.rating / 100, count=facts.rating_count),
        variants=parts.variants.get(facts.id, []),
        media=parts.media.get(facts.id, []),
        created_at=facts.created_at,
        management=parts.management.get(facts.id),
    )


def _place(info: Info, shop: Storefront) -> tuple[object, ...]:
    """Where in the answer this field stands, whichever element of a list it belongs to: there all select the same."""
    return (shop, *(part for part in info.path.as_list() if isinstance(part, str)))


async def _variants_by_product(info: Info, ids: Sequence[UUID], shop: Storefront) -> dict[UUID, list[Variant]]:
    found = await variants_of(ids)
    built = iter(await _show_variants(info, [one for group in found.values() for one in group], shop))
    return {product_id: [next(built) for _ in group] for product_id, group in found.items()}


async def _show_variants(info: Info, facts: Sequence[VariantFacts], shop: Storefront) -> list[Variant]:
    """At most three statements."""
    wanted, ids = selected_names(info), [one.id for one in facts]
    priced = await list_prices(ids, shop.currency) if wanted & {"price", "compareAtPrice"} else {}
    units = await available(ids, channel=shop.channel) if "available" in wanted else {}
    keys = dict.fromkeys(
        key for one in facts for name, value in one.options.items() for key in ((name, None), (name, value))
    )
    names = await option_names(keys, shop.languages) if "options" in wanted else {}
    return [_variant(one, priced.get(one.id), units.get(one.id, 0), names) for one in facts]


def _variant(facts: VariantFacts, price: ListPrice | None, units: int, names: Mapping[OptionKey, str]) -> Variant:
    before = price.struck_out if price else None
    return Variant(
        id=strawberry.ID(encode("Variant", facts.id)),
        product_id=strawberry.ID(encode("Product", facts.product_id)),
        sku=facts.sku,
        options=[
            Option(name=names[(name, None)], value=names[(name, value)], source_name=name, source_value=value)
            for name, value in facts.options.items()
            if names
        ],
        price=None if price is None else shown(price.price),
        compare_at_price=None if before is None else shown(before),
        available=min(units, _MAX_INT),
        barcode=facts.barcode,
        weight_grams=facts.weight_grams,
        media_id=None if facts.media_id is None else strawberry.ID(encode("Media", facts.media_id)),
    )
