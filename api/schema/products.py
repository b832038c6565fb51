"""Making, changing and publishing products, and finding them as staff and suppliers do."""

from datetime import datetime

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.schema.catalog import Product
from domain.catalog.products.change import Approval, PublicationStatus
from domain.catalog.products.errors import (
    ExternalIdTaken,
    NotWaitingForApproval,
    ProductInUse,
    ProductOnSale,
    SkuTaken,
    SlugTaken,
    VariantInUse,
)
from domain.shared.errors import Busy, StaleVersion


@strawberry.input(description="A text in a language that is not the shop's own. An empty value removes it.")
class ProductTextInput:
    language: str
    field: str = strawberry.field(description="name, description, or attribute. and the code of a text attribute.")
    value: str


@strawberry.input(description="With neither value nor reference the product has the attribute no more.")
class AttributeInput:
    code: str
    value: str | None = strawberry.field(
        default=None, description='The text, "1.25", "true", "2026-01-31", or a choice\'s code.'
    )
    reference: strawberry.ID | None = strawberry.field(
        default=None, description="The id of what an attribute of the kind REFERENCE points at."
    )


@strawberry.input
class OptionInput:
    name: str
    value: str


@strawberry.input(
    description="A variant by its id, else by its SKU; with both, the SKU is its new one. What is left out stays as it is."
)
class VariantInput:
    variant_id: strawberry.ID | None = None
    sku: str | None = None
    options: list[OptionInput] | None = None
    barcode: str | None = strawberry.field(default=None, description="An empty one removes it.")
    weight_grams: int | None = strawberry.field(default=None, description="0 removes it.")
    position: int | None = None
    media_id: strawberry.ID | None = strawberry.field(default=None, description="One of the product's pictures.")


@strawberry.input
class PublicationInput:
    channel: str
    status: PublicationStatus
    live_from: datetime | None = strawberry.field(default=None, description="With SCHEDULED, and only then.")


@strawberry.input(description="Name, description and text attributes are in the shop's own language.")
class CreateProductInput:
    name: str
    category_id: strawberry.ID
    variants: list[VariantInput]
    supplier_id: strawberry.ID | None = strawberry.field(
        default=None, description="May be left out by who writes for one supplier only."
    )
    description: str | None = None
    slug: str | None = strawberry.field(default=None, description="By default made of the name.")
    product_type: str | None = None
    attributes: list[AttributeInput] | None = None
    tags: list[str] | None = None
    translations: list[ProductTextInput] | None = None
    publications: list[PublicationInput] | None = None
    external_id: str | None = strawberry.field(default=None, description="The supplier's own name for it.")
    idempotency_key: str | None = None


@strawberry.input(description="What is left out stays as it is. Variants that are not named stay too.")
class UpdateProductInput:
    product_id: strawberry.ID
    name: str | None = None
    category_id: strawberry.ID | None = None
    variants: list[VariantInput] | None = strawberry.field(default=None, description="To be added or changed.")
    remove_variants: list[strawberry.ID] | None = None
    supplier_id: strawberry.ID | None = strawberry.field(default=None, description="For staff: gives it to another.")
    description: str | None = None
    slug: str | None = strawberry.field(default=None, description="Links to the slug of before go on working.")
    product_type: str | None = strawberry.field(default=None, description="An empty one takes the type away.")
    attributes: list[AttributeInput] | None = None
    tags: list[str] | None = None
    translations: list[ProductTextInput] | None = None
    publications: list[PublicationInput] | None = None
    external_id: str | None = None
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class AddVariantInput:
    product_id: strawberry.ID
    variant: VariantInput
    expected_version: int | None = strawberry.field(default=None, description="The product's version.")
    idempotency_key: str | None = None


@strawberry.input(description="What is left out stays as it is.")
class UpdateVariantInput:
    variant_id: strawberry.ID
    sku: str | None = None
    options: list[OptionInput] | None = None
    barcode: str | None = strawberry.field(default=None, description="An empty one removes it.")
    weight_grams: int | None = strawberry.field(default=None, description="0 removes it.")
    position: int | None = None
    media_id: strawberry.ID | None = None
    expected_version: int | None = strawberry.field(default=None, description="The product's version.")
    idempotency_key: str | None = None


@strawberry.input
class RemoveVariantInput:
    variant_id: strawberry.ID
    expected_version: int | None = strawberry.field(default=None, description="The product's version.")
    idempotency_key: str | None = None


@strawberry.input(description="Channels that are not named stay as they are.")
class PublishProductInput:
    product_id: strawberry.ID
    publications: list[PublicationInput]
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class ArchiveProductInput:
    product_id: strawberry.ID
    channels: list[str] | None = strawberry.field(default=None, description="By default all.")
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class ApproveProductInput:
    product_id: strawberry.ID
    expected_version: int | None = strawberry.field(
        default=None, description="Given, nobody approves what was changed after it was looked at."
    )
    idempotency_key: str | None = None


@strawberry.input
class RefuseProductInput:
    product_id: strawberry.ID
    note: str = strawberry.field(description="Tells the supplier why.")
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input
class RemoveProductInput:
    product_id: strawberry.ID
    expected_version: int | None = None
    idempotency_key: str | None = None


@strawberry.input(description="Every condition given must hold.")
class StaffProductFilter:
    status: PublicationStatus | None = strawberry.field(
        default=None,
        description="In `channel`, or in some channel. Where a product was never published it is a draft.",
    )
    channel: str | None = None
    approval: Approval | None = None
    supplier_id: strawberry.ID | None = None
    category_id: strawberry.ID | None = None
    product_type: str | None = None
    text: str | None = strawberry.field(
        default=None, description="Part of a name, or the beginning of a SKU, slug or external id."
    )


@strawberry.type(directives=[Access(requires=PARENT)])
class ProductRemoved:
    product_id: strawberry.ID


_CONTENT = (ExternalIdTaken, SlugTaken, SkuTaken, VariantInUse, StaleVersion, Busy)

CreateProductResult = result("CreateProductResult", Product, ExternalIdTaken, SlugTaken, SkuTaken, Busy)
UpdateProductResult = result("UpdateProductResult", Product, *_CONTENT)
AddVariantResult = result("AddVariantResult", Product, SkuTaken, StaleVersion, Busy)
UpdateVariantResult = result("UpdateVariantResult", Product, SkuTaken, StaleVersion, Busy)
RemoveVariantResult = result("RemoveVariantResult", Product, VariantInUse, StaleVersion)
PublishProductResult = result("PublishProductResult", Product, StaleVersion)
ArchiveProductResult = result("ArchiveProductResult", Product, StaleVersion)
ApproveProductResult = result("ApproveProductResult", Product, NotWaitingForApproval, StaleVersion)
RefuseProductResult = result("RefuseProductResult", Product, NotWaitingForApproval, StaleVersion)
RemoveProductResult = result("RemoveProductResult", ProductRemoved, ProductOnSale, ProductInUse, StaleVersion)
