"""One product, and products as who writes them sees and changes them."""

from uuid import UUID

import strawberry

from api.access import PUBLIC, SIGNED_IN, field, mutation
from api.context import Info
from api.ids import decode, encode
from api.pages import Connection, connection, cursor, identifier, moment, page_size, read_cursor
from api.schema.catalog import Product, show_products_by_id
from api.schema.places import told_by_place
from api.schema.product_changes import (
    places,
    read_new_product,
    read_product,
    read_publications,
    read_staff_filter,
    read_variant,
)
from api.schema.products import (
    AddVariantInput,
    AddVariantResult,
    ApproveProductInput,
    ApproveProductResult,
    ArchiveProductInput,
    ArchiveProductResult,
    CreateProductInput,
    CreateProductResult,
    ProductRemoved,
    PublishProductInput,
    PublishProductResult,
    RefuseProductInput,
    RefuseProductResult,
    RemoveProductInput,
    RemoveProductResult,
    RemoveVariantInput,
    RemoveVariantResult,
    StaffProductFilter,
    UpdateProductInput,
    UpdateProductResult,
    UpdateVariantInput,
    UpdateVariantResult,
)
from api.storefront import storefront_of
from domain.catalog.products.change import ProductChange
from domain.catalog.products.decide_approval import DecideApproval, approve_product, refuse_product
from domain.catalog.products.edit_products import (
    EditProduct,
    EditVariant,
    change_variant,
    create_product,
    update_product,
)
from domain.catalog.products.publish import ArchiveProduct, PublishProduct, archive_product, publish_product
from domain.catalog.products.queries import product_id_by_slug
from domain.catalog.products.remove import RemoveProduct, remove_product
from domain.catalog.products.staff_list import StaffListed, staff_products
from domain.shared.errors import InvalidInput, not_found

_LIST = "staffProducts"
_WRITERS = "For who holds `catalogue.write` for the product's supplier."


@strawberry.type
class ProductsQuery:
    @field(
        PUBLIC,
        description="A live product by its slug, also a former one, or its id. Who may write it sees it as a draft too.",
    )
    async def product(
        self,
        info: Info,
        slug: str | None = None,
        id: strawberry.ID | None = None,
        currency: str | None = None,
        channel: str | None = None,
    ) -> Product | None:
        if (slug is None) == (id is None):
            raise InvalidInput(field="slug", rule="either", limit="slug, id")
        product_id = decode("Product", id, field="id") if id is not None else await product_id_by_slug(slug or "")
        shop = await storefront_of(info, channel, currency)
        found = await show_products_by_id(info, [product_id] if product_id else [], shop, drafts=True)
        return next(iter(found.values()), None)

    @field(
        SIGNED_IN,
        description="Those that one may write, on sale or not, by the last change. For who holds `catalogue.write`, at "
        "least for one supplier. `channel` and `currency` say of where prices and stock are shown.",
    )
    async def staff_products(
        self,
        info: Info,
        first: int = 20,
        after: str | None = None,
        filter: StaffProductFilter | None = None,
        currency: str | None = None,
        channel: str | None = None,
    ) -> Connection[Product]:
        size, key = page_size(first), read_cursor(_LIST, after, (moment, identifier))
        wanted = read_staff_filter(filter or StaffProductFilter())
        shop = await storefront_of(info, channel, currency)
        found = await staff_products(
            info.context.viewer, wanted, first=size + 1, after=(key[0], key[1]) if key else None
        )
        shown = await show_products_by_id(info, [one.id for one in found[:size]], shop, drafts=True)
        listed = [one for one in found[:size] if one.id in shown]
        nodes = [shown[one.id] for one in listed]
        return connection(
            [*listed, *found[size:]], len(listed), has_previous=after is not None, cursor_of=_cursor, nodes=nodes
        )


@strawberry.type
class ProductsMutation:
    @mutation(
        SIGNED_IN,
        result=CreateProductResult,
        description="For who holds `catalogue.write` for the supplier. A supplier's product may have to be approved first.",
    )
    async def create_product(self, info: Info, input: CreateProductInput) -> Product:
        command = EditProduct(read_new_product(input), input.idempotency_key)
        with told_by_place(places(input)):
            return await _shown(info, await create_product(info.context.viewer, command))

    @mutation(SIGNED_IN, result=UpdateProductResult, description=_WRITERS)
    async def update_product(self, info: Info, input: UpdateProductInput) -> Product:
        command = EditProduct(read_product(input), input.idempotency_key)
        with told_by_place(places(input)):
            return await _shown(info, await update_product(info.context.viewer, command))

    @mutation(SIGNED_IN, result=AddVariantResult, description=_WRITERS)
    async def add_variant(self, info: Info, input: AddVariantInput) -> Product:
        change = ProductChange(
            product_id=decode("Product", input.product_id, field="productId"),
            variants=[read_variant(input.variant, "variant.")],
            expected_version=input.expected_version,
        )
        return await _shown(info, await update_product(info.context.viewer, EditProduct(change, input.idempotency_key)))

    @mutation(SIGNED_IN, result=UpdateVariantResult, description=_WRITERS)
    async def update_variant(self, info: Info, input: UpdateVariantInput) -> Product:
        command = EditVariant(
            variant_id=decode("Variant", input.variant_id, field="variantId"),
            change=read_variant(input, ""),
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _shown(info, await change_variant(info.context.viewer, command))

    @mutation(SIGNED_IN, result=RemoveVariantResult, description=f"{_WRITERS} One that was never ordered.")
    async def remove_variant(self, info: Info, input: RemoveVariantInput) -> Product:
        command = EditVariant(
            variant_id=decode("Variant", input.variant_id, field="variantId"),
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _shown(info, await change_variant(info.context.viewer, command))

    @mutation(SIGNED_IN, result=PublishProductResult, description=f"{_WRITERS} Now or at a moment to come, by channel.")
    async def publish_product(self, info: Info, input: PublishProductInput) -> Product:
        command = PublishProduct(
            product_id=decode("Product", input.product_id, field="productId"),
            publications=read_publications(input.publications),
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        with told_by_place(places(input)):
            return await _shown(info, await publish_product(info.context.viewer, command))

    @mutation(SIGNED_IN, result=ArchiveProductResult, description=f"{_WRITERS} Takes it off sale; orders of it stay.")
    async def archive_product(self, info: Info, input: ArchiveProductInput) -> Product:
        command = ArchiveProduct(
            product_id=decode("Product", input.product_id, field="productId"),
            channels=input.channels,
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        named = {f"publications.{one}": f"channels.{number}" for number, one in enumerate(input.channels or [])}
        with told_by_place(named):
            return await _shown(info, await archive_product(info.context.viewer, command))

    @mutation("catalogue.write", result=ApproveProductResult, description="Lets a supplier's product be on sale.")
    async def approve_product(self, info: Info, input: ApproveProductInput) -> Product:
        command = DecideApproval(
            product_id=decode("Product", input.product_id, field="productId"),
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _shown(info, await approve_product(info.context.viewer, command))

    @mutation("catalogue.write", result=RefuseProductResult, description="Until its supplier has changed it.")
    async def refuse_product(self, info: Info, input: RefuseProductInput) -> Product:
        command = DecideApproval(
            product_id=decode("Product", input.product_id, field="productId"),
            note=input.note,
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        return await _shown(info, await refuse_product(info.context.viewer, command))

    @mutation(
        SIGNED_IN,
        result=RemoveProductResult,
        description=f"{_WRITERS} One that is nowhere on sale, was never ordered and never had stock.",
    )
    async def remove_product(self, info: Info, input: RemoveProductInput) -> ProductRemoved:
        command = RemoveProduct(
            product_id=decode("Product", input.product_id, field="productId"),
            expected_version=input.expected_version,
            key=input.idempotency_key,
        )
        removed = await remove_product(info.context.viewer, command)
        return ProductRemoved(product_id=strawberry.ID(encode("Product", removed)))


async def _shown(info: Info, product_id: UUID) -> Product:
    found = await show_products_by_id(info, [product_id], await storefront_of(info), drafts=True)
    if product_id not in found:
        raise not_found("Product", product_id)
    return found[product_id]


def _cursor(facts: StaffListed) -> str:
    return cursor(_LIST, (facts.updated_at, facts.id))
